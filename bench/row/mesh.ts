import path from "node:path";
import { newFolder } from "../job.ts";
import type { VolumeName } from "../make/volume.ts";
import { measureOurs, measurePeer, qualityNotes } from "../quality/quality.ts";
import { openOurs, openPeer } from "../session.ts";
import type { RatioRow } from "../table.ts";
import type { RowPlan } from "./row.ts";

/** Meshes of all ids from labels in memory, simplified, nothing written: ours, zmesh once, ours again. */
export function zmeshRow(name: string, volume: VolumeName): RowPlan {
  return {
    names: [name],
    long: true,
    async measure(setting) {
      const place = await newFolder();
      const folder = await setting.folder(volume);
      const [out, theirs] = [path.join(place, "ours"), path.join(place, "peer")];
      const ours = await openOurs(setting.core, "mesh", { folder, out });
      const peer = await openPeer(setting.core, setting.python, "zmesh", {
        folder,
        ...ours.facts,
        out: theirs,
      });
      const seconds: number[] = [];
      const turn = async () => {
        const { parts = {} } = await ours.run();
        seconds.push(["surface", "simplify"].reduce((sum, part) => sum + (parts[part] ?? 0), 0));
      };
      await turn();
      const found = await peer.run();
      await turn();
      await Promise.all([ours.close(), peer.close()]);
      const quality = [await measureOurs(folder, out), await measurePeer(folder, theirs, -0.5)] as const;
      const parts = Object.entries(found.parts ?? {}).map(([key, s]) => `${key} ${s.toFixed(1)}`);
      const notes = [`peer's parts, s: ${parts.join(", ")}`, ...qualityNotes(...quality)];
      const limits = { least: 14, aim: 25 };
      const row = {
        name,
        stage: "meshes of all ids, in memory",
        against: "zmesh with simplification",
        ...limits,
      };
      return [
        { ...row, ours: seconds, peer: [found.seconds], same: "not compared", notes } satisfies RatioRow,
      ];
    },
  };
}
