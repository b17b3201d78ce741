import { execFileSync } from "node:child_process";
import path from "node:path";
import { parseArgs } from "node:util";
import { assumed } from "./assumed.ts";
import { measureItems } from "./measure.ts";
import { declaredVolumes, measurePlan } from "./plan.ts";
import { report } from "./report.ts";

const usage = `usage: npm run scale [-- options]

  simulates runs of 1 Gvoxel to 100 Tvoxel in the cloud, from bench/scale/measured.json (docs/scale.md)

  --volumes N        only the first N of six volumes
  --assume NAME=N    another value for one of bench/scale/assumed.ts; may be repeated
  --plan             plans 100,000 x 100,000 x 10,000 voxels from 10,000 headers: fails above 60 s or 1 GB
  --plan all         and headers with a table of 100,000 strips each, which may take minutes
  --measure FOLDER   measures the items of a run on one thread, and replaces measured.json`;

const { values, positionals } = parseArgs({
  options: {
    volumes: { type: "string", default: "6" },
    assume: { type: "string", multiple: true, default: [] },
    plan: { type: "boolean", default: false },
    measure: { type: "string" },
    one: { type: "string" },
    help: { type: "boolean", default: false },
  },
  allowPositionals: true,
});

if (values.help) console.log(usage);
else if (values.measure !== undefined) await measureItems(values.measure);
else if (values.one !== undefined) await measurePlan(Number(values.one));
else if (values.plan) planAll(positionals.includes("all"));
else report(Number(values.volumes), changesOf(values.assume));

/** Each in a process of its own, whose memory is bounded and measured. */
function planAll(all: boolean): void {
  const chosen = declaredVolumes.flatMap(({ slow = false }, i) => (all || !slow ? [i] : []));
  for (const i of chosen) {
    const script = path.join(import.meta.dirname, "command.ts");
    const args = ["--max-old-space-size=700", script, "--one", `${i}`];
    try {
      execFileSync(process.execPath, args, { stdio: "inherit" });
    } catch {
      process.exitCode = 1;
    }
  }
}

function changesOf(given: readonly string[]): Record<string, number> {
  const changes: Record<string, number> = {};
  for (const one of given) {
    const [name = "", value] = one.split("=");
    if (!(name in assumed) || !Number.isFinite(Number(value ?? "none")))
      throw new Error(`--assume ${one}: no such number`);
    changes[name] = Number(value);
  }
  return changes;
}
