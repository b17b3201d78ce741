import { keepCompiled } from "../lib/local/compiled.ts";

keepCompiled();
const { verifyCommand } = await import("../lib/local/verify/command.ts");
process.exitCode = await verifyCommand(process.argv.slice(2));
