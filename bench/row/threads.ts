import { runConvert } from "../job.ts";
import type { VolumeName } from "../make/volume.ts";
import type { RatioRow } from "../table.ts";
import type { RowPlan } from "./row.ts";

/** The whole job with one thread on one core against two threads on two, in turn. */
export function threadsRow(volume: VolumeName): RowPlan {
  const name = "threads";
  return {
    names: [name],
    long: false,
    async measure(setting) {
      const folder = await setting.folder(volume);
      const two = setting.cores.slice(-2);
      if (two.length < 2) throw new Error("needs two cores");
      const seconds = { one: [] as number[], two: [] as number[] };
      for (let i = 0; i < setting.rounds; i++) {
        seconds.two.push((await runConvert(two, { folder, threads: 2 })).seconds);
        seconds.one.push((await runConvert([setting.core], { folder, threads: 1 })).seconds);
      }
      const row = {
        name,
        stage: "whole job, two threads on two cores",
        against: "ourselves, one thread on one core",
      };
      const rounds = { ours: seconds.two, peer: seconds.one };
      return [
        { ...row, ...rounds, least: 1.8, aim: 1.95, same: "not compared", notes: [] } satisfies RatioRow,
      ];
    },
  };
}
