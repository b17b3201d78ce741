import { keepCompiled } from "../lib/local/compiled.ts";

keepCompiled();
const { convertCommand } = await import("../lib/local/command.ts");
process.exitCode = await convertCommand(process.argv.slice(2));
