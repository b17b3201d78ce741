import path from "node:path";
import { runConvert, withFolder } from "../job.ts";
import type { VolumeName } from "../make/volume.ts";
import { measureOurs, measurePeer, type Quality, qualityNotes } from "../quality/quality.ts";
import { openOurs } from "../session.ts";
import type { RatioRow } from "../table.ts";
import { type peerStages, runPeer } from "./peer.ts";
import type { RowPlan, Setting } from "./row.ts";

type WholePlan = {
  readonly name: string;
  readonly stage: string;
  readonly volume: VolumeName;
  readonly peer: keyof typeof peerStages;
  readonly least: number;
  readonly aim: number;
  /** Name of the row of the meshes alone, which the same run of the peer gives. */
  readonly mesh?: {
    readonly name: string;
    readonly stage: string;
    readonly least: number;
    readonly aim: number;
  };
  /** By how many voxels the peer's meshes lie too low. */
  readonly shift: number;
};

/** Whole jobs with meshes, interpreter start included: ours, the peer once, ours again. */
export function wholeRow(plan: WholePlan): RowPlan {
  const { name, stage, volume, peer, least, aim, mesh } = plan;
  return {
    names: mesh === undefined ? [name] : [name, mesh.name],
    long: true,
    measure: (setting) =>
      withFolder(async (place) => {
        const folder = await setting.folder(volume);
        const [out, theirs] = [path.join(place, "ours"), path.join(place, "peer")];
        const ours = [await runConvert([setting.core], { folder, out, threads: 1 })];
        const found = await runPeer(setting, peer, { folder, out: theirs });
        ours.push(await runConvert([setting.core], { folder, out, threads: 1 }));
        const stages = Object.entries(ours.at(-1)?.stages ?? {}).map(([key, s]) => `${key} ${s.toFixed(2)}`);
        const notes = [
          `ours' stages, s: ${stages.join(", ")}; peak ${ours.at(-1)?.peak.toFixed(0)} MB`,
          ...found.notes,
        ];
        const against = peer === "igneous" ? "igneous, all stages" : "the guide's programs";
        const seconds = ours.map((job) => job.seconds);
        const whole = { name, stage, against, ours: seconds, peer: [found.seconds], least, aim, notes };
        const quality = [
          await measureOurs(folder, out),
          await measurePeer(folder, theirs, plan.shift),
        ] as const;
        const rows: RatioRow[] = [{ ...whole, same: "not compared" }];
        if (mesh === undefined) return [{ ...rows[0]!, notes: [...notes, ...qualityNotes(...quality)] }];
        rows.push(
          await meshRow(setting, {
            mesh,
            folder,
            quality,
            inner: found.inner,
            out: path.join(place, "mesh"),
          }),
        );
        return rows;
      }),
  };
}

type MeshInput = {
  mesh: NonNullable<WholePlan["mesh"]>;
  folder: string;
  quality: readonly [Quality, Quality];
  inner: Readonly<Record<string, number>>;
  out: string;
};

/** The peer's meshing and merging against our meshing from the slices on; neither start-up nor imports. */
async function meshRow(
  setting: Setting,
  { mesh, folder, quality, inner, out }: MeshInput,
): Promise<RatioRow> {
  const ours: number[] = [];
  for (let i = 0; i < 2; i++) {
    const session = await openOurs(setting.core, "mesh", { folder, out });
    ours.push((await session.run()).seconds);
    await session.close();
  }
  const peer = [(inner["meshes"] ?? 0) + (inner["merge"] ?? 0)];
  const notes = ["ours reads the slices, the peer its chunks", ...qualityNotes(...quality)];
  return { ...mesh, against: "igneous, forge and merge", ours, peer, same: "not compared", notes };
}
