import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { allowedCores } from "./core.ts";
import { machineText } from "./machine.ts";
import { storedFolder, volumeFolder } from "./make/folder.ts";
import { peerPython } from "./peer/venv.ts";
import type { Setting } from "./row/row.ts";
import { allRows } from "./row/rows.ts";
import type { Volumes } from "./row/short.ts";
import { type RatioRow, ratioTable, secondsText } from "./table.ts";

export type PeerOptions = {
  /** Rows by name or by the beginning of it; all if there is none. */
  readonly only: readonly string[];
  readonly short: boolean;
  readonly rounds: number;
  readonly volumes: Volumes;
};

const results = path.join(import.meta.dirname, "result");

/** Measures the rows of the ratio table that are wanted and prints it; the timings go into bench/result as JSON. */
export async function benchPeers({ only, short, rounds, volumes }: PeerOptions): Promise<void> {
  const say = (line: string) => console.error(line);
  const isWanted = (name: string) => only.length === 0 || only.some((start) => name.startsWith(start));
  const plans = allRows(volumes).filter(({ names, long }) => names.some(isWanted) && !(short && long));
  if (plans.length === 0) throw new Error(`no row begins with ${only.join(" or ")}`);
  const cores = allowedCores();
  await mkdir(results, { recursive: true });
  const setting: Setting = {
    cores,
    core: cores.at(-1)!,
    python: peerPython(say),
    rounds,
    folder: (name) => volumeFolder(name, say),
    stored: (name, storage, bits) => storedFolder(name, { storage, bits }, say),
    say,
  };
  const file = path.join(results, `peers-${new Date().toISOString().replaceAll(":", "")}.json`);
  const rows: RatioRow[] = [];
  const keep = (row: RatioRow) => {
    rows.push(row);
    say(`${row.name}: ours ${secondsText(row.ours)} s, peer ${secondsText(row.peer)} s`);
    if (row.same === "differs") say(`*** ${row.name}: THE RESULTS DIFFER ***`);
  };
  const failed: string[] = [];
  for (const plan of plans) {
    try {
      for (const row of await plan.measure(setting)) if (isWanted(row.name)) keep(row);
    } catch (error) {
      // The others are still measured: a run of all rows takes long.
      failed.push(`*** ${plan.names.join(", ")}: NOT MEASURED: ${(error as Error).message} ***`);
      say(failed.at(-1)!);
    }
    await writeFile(file, `${JSON.stringify({ machine: machineText(), rows, failed }, null, 2)}\n`);
  }
  console.log(`${machineText()}\n\n${ratioTable(rows)}\n${failed.join("\n")}`);
  if (failed.length > 0 || rows.some(({ same }) => same === "differs")) process.exitCode = 1;
}
