import { verifyCommand } from "../lib/local/verify/command.ts";

process.exitCode = await verifyCommand(process.argv.slice(2));
