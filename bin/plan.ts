import { keepCompiled } from "../lib/local/compiled.ts";

keepCompiled();
const { planCommand } = await import("../lib/local/plan/command.ts");
process.exitCode = await planCommand(process.argv.slice(2));
