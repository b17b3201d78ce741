import path from "node:path";
import { newFolder } from "../job.ts";
import type { VolumeName } from "../make/volume.ts";
import { openOurs, openPeer } from "../session.ts";
import type { Round } from "../stage/kernel.ts";
import type { RatioRow } from "../table.ts";
import type { RowPlan, Setting } from "./row.ts";

const stage = "TIFF to compressed_segmentation to gzip, full resolution, files written";

/** Each round in a process of its own and into a folder of its own; the clock starts when the imports are done. */
export function ingestRows(volume: VolumeName): RowPlan[] {
  const rows = [
    {
      name: "ingest-cloudvolume",
      against: "cloud-volume",
      peer: "cloudvolume-ingest",
      least: 5,
      aim: 9,
      notes: [],
    },
    {
      name: "ingest-tensorstore",
      against: "tensorstore",
      peer: "tensorstore-ingest",
      notes: ["the peer writes no gzip"],
    },
  ];
  return rows.map(({ name, peer, ...row }) => ({
    names: [name],
    long: false,
    async measure(setting) {
      const folder = await setting.folder(volume);
      const ours: number[] = [];
      const theirs: number[] = [];
      const bytes = new Set<number>();
      for (let i = 0; i < setting.rounds; i++) {
        const { seconds, bytes: written = 0 } = await once(setting, { folder });
        ours.push(seconds);
        bytes.add(written);
        theirs.push((await once(setting, { folder, peer })).seconds);
      }
      const notes = [`ours writes ${[...bytes].join(" or ")} bytes`, ...row.notes];
      return [{ ...row, name, stage, ours, peer: theirs, same: "not compared", notes } satisfies RatioRow];
    },
  }));
}

async function once(setting: Setting, { folder, peer }: { folder: string; peer?: string }): Promise<Round> {
  const options = { folder, out: path.join(await newFolder(), "out") };
  const session = await (peer === undefined
    ? openOurs(setting.core, "ingest", options)
    : openPeer(setting.core, setting.python, peer, options));
  const round = await session.run();
  await session.close();
  return round;
}
