import { convertCommand } from "../lib/local/command.ts";

process.exitCode = await convertCommand(process.argv.slice(2));
