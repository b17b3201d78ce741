import { deployCommand } from "../lib/cloud/deploy.ts";

process.exitCode = await deployCommand(process.argv.slice(2));
