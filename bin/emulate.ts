import { emulateCommand } from "../lib/cloud/emulate.ts";
import { explain } from "../lib/cloud/explain.ts";

try {
  await emulateCommand(process.argv.slice(2));
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}
