import { allowedCores } from "./core.ts";
import { runConvert } from "./job.ts";
import { machineText } from "./machine.ts";
import { volumeFolder } from "./make/folder.ts";
import type { VolumeName } from "./make/volume.ts";
import { markdown } from "./table.ts";

/** MB on the guide-sized volume, and how much more a volume eight times as large may take. */
const most = 600;
const growth = 1.1;

/** Peak memory of the whole job with meshes and two threads, on a volume and on one eight times as large. */
export async function benchMemory(names: {
  readonly guide: VolumeName;
  readonly large: VolumeName;
}): Promise<void> {
  const guide = await measure(names.guide);
  const large = await measure(names.large);
  const limit = Math.min(most, guide.peak) * growth;
  const rows = [cells(names.guide, guide, most), cells(names.large, large, limit)];
  console.log(
    `${machineText()}\n\n${markdown(["volume", "MVox", "segments", "s", "peak MB", "at most", "met?"], rows)}`,
  );
}

type Measured = Awaited<ReturnType<typeof runConvert>>;

async function measure(name: VolumeName): Promise<Measured> {
  const folder = await volumeFolder(name, (line) => console.error(line));
  const job = await runConvert(allowedCores(), { folder, threads: 2 });
  console.error(`${name}: ${job.peak.toFixed(0)} MB in ${job.seconds.toFixed(1)} s`);
  return job;
}

function cells(name: string, { voxels, segments, seconds, peak }: Measured, limit: number): string[] {
  const figures = [
    (voxels / 1e6).toFixed(0),
    `${segments}`,
    seconds.toFixed(1),
    peak.toFixed(0),
    limit.toFixed(0),
  ];
  return [name, ...figures, peak <= limit ? "yes" : "NO"];
}
