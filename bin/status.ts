import { statusCommand } from "../lib/cloud/command.ts";

process.exitCode = await statusCommand(process.argv.slice(2));
