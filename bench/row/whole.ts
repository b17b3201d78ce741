import path from "node:path";
import { newFolder, runConvert } from "../job.ts";
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

/**
 * Whole jobs with meshes, interpreter start included: ours, the peer once, ours again. No peer reads back what it has
 * written: ours without that is a row of its own.
 */
export function wholeRow(plan: WholePlan): RowPlan {
  const { name, stage, volume, peer, least, aim, mesh } = plan;
  const plain = `${name}-unverified`;
  return {
    names: [name, plain, ...(mesh === undefined ? [] : [mesh.name])],
    long: true,
    async measure(setting) {
      const folder = await setting.folder(volume);
      const theirs = path.join(await newFolder(), "peer");
      const turn = async () => {
        const verified = await runConvert([setting.core], { folder, threads: 1 });
        return { verified, plain: await runConvert([setting.core], { folder, threads: 1, verify: false }) };
      };
      const before = await turn();
      const found = await runPeer(setting, peer, { folder, out: theirs });
      const after = await turn();
      const against = peer === "igneous" ? "igneous, all stages" : "the guide's programs";
      const shared = { against, peer: [found.seconds], least, aim, same: "not compared" } as const;
      const quality = [
        await measureOurs(folder, after.verified.out),
        await measurePeer(folder, theirs, plan.shift),
      ] as const;
      const notes = [
        stagesNote(after.verified),
        ...found.notes,
        ...(mesh === undefined ? qualityNotes(...quality) : []),
      ];
      const rows: RatioRow[] = [
        { name, stage, ...shared, ours: [before.verified.seconds, after.verified.seconds], notes },
        {
          ...{ name: plain, stage: `${stage}, nothing read back`, ...shared },
          ours: [before.plain.seconds, after.plain.seconds],
          notes: [stagesNote(after.plain)],
        },
      ];
      if (mesh !== undefined)
        rows.push(await meshRow(setting, { mesh, folder, quality, inner: found.inner }));
      return rows;
    },
  };
}

function stagesNote({ stages, peak }: Awaited<ReturnType<typeof runConvert>>): string {
  const parts = Object.entries(stages).map(([key, s]) => `${key} ${s.toFixed(2)}`);
  return `ours' stages, s: ${parts.join(", ")}; peak ${peak.toFixed(0)} MB`;
}

type MeshInput = {
  readonly mesh: NonNullable<WholePlan["mesh"]>;
  readonly folder: string;
  readonly quality: readonly [Quality, Quality];
  readonly inner: Readonly<Record<string, number>>;
};

/** The peer's meshing and merging against our meshing from the slices on; neither start-up nor imports. */
async function meshRow(setting: Setting, { mesh, folder, quality, inner }: MeshInput): Promise<RatioRow> {
  const ours: number[] = [];
  for (let i = 0; i < 2; i++) {
    const out = path.join(await newFolder(), "mesh");
    const session = await openOurs(setting.core, "mesh", { folder, out });
    ours.push((await session.run()).seconds);
    await session.close();
  }
  const peer = [(inner["meshes"] ?? 0) + (inner["merge"] ?? 0)];
  const notes = ["ours reads the slices, the peer its chunks", ...qualityNotes(...quality)];
  return { ...mesh, against: "igneous, forge and merge", ours, peer, same: "not compared", notes };
}
