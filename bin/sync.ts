import { syncCommand } from "../lib/cloud/hosting.ts";

process.exitCode = await syncCommand(process.argv.slice(2));
