import { planCommand } from "../lib/local/plan/command.ts";

process.exitCode = await planCommand(process.argv.slice(2));
