import { emulateCommand } from "../lib/cloud/emulate.ts";

process.exitCode = await emulateCommand(process.argv.slice(2));
