import { rm } from "node:fs/promises";
import path from "node:path";
import { convertCommand } from "../lib/local/command.ts";
import { makeSample } from "../lib/local/sample.ts";
import { portOf, runCommand } from "../lib/server/command.ts";
import { present } from "../lib/server/present.ts";

const folder = path.join(import.meta.dirname, "..", "demo");
const input = path.join(folder, "input");
const output = path.join(folder, "output");

const command = {
  usage: "npm run demo [-- --no-serve] [--port 9000]\n\n  a sample, its conversion, the link",
  positionals: [],
  options: { "no-serve": { type: "boolean", default: false }, port: { type: "string", default: "9000" } },
} as const;

await runCommand(command, async (values) => {
  const port = portOf(values.port);
  console.error("making a sample of 256 x 256 x 128 voxels in demo/input");
  await rm(input, { recursive: true, force: true });
  await makeSample(input);
  process.exitCode = await convertCommand([input, output]);
  if (process.exitCode !== 0 || values["no-serve"]) return;
  const served = await present({ root: output, port, build: true });
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void served.close());
});
