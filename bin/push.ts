import { pushCommand } from "../lib/cloud/command.ts";

process.exitCode = await pushCommand(process.argv.slice(2));
