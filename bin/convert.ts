import { keepCompiled } from "../lib/local/compiled.ts";
import { collectRarely } from "../lib/local/garbage.ts";

keepCompiled();
collectRarely();
const { convertCommand } = await import("../lib/local/command.ts");
process.exitCode = await convertCommand(process.argv.slice(2));
