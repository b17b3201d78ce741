import { rm } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { convertCommand } from "../lib/local/command.ts";
import { makeSample } from "../lib/local/sample.ts";
import { present } from "../lib/server/present.ts";

/** `npm run demo [-- --no-serve]`: a sample, its conversion, the link. */
const folder = path.join(import.meta.dirname, "..", "demo");
const input = path.join(folder, "input");
const output = path.join(folder, "output");

try {
  const { values } = parseArgs({
    options: {
      "no-serve": { type: "boolean", default: false },
      port: { type: "string", default: "9000" },
    },
  });
  console.error("making a sample of 256 x 256 x 128 voxels in demo/input");
  await rm(input, { recursive: true, force: true });
  await makeSample(input);
  process.exitCode = await convertCommand([input, output]);
  if (process.exitCode === 0 && !values["no-serve"]) {
    const served = await present({ root: output, port: Number(values.port), build: true });
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void served.close());
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
