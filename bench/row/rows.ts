import { ingestRows } from "./ingest.ts";
import { zmeshRow } from "./mesh.ts";
import type { RowPlan } from "./row.ts";
import { shortRows, type Volumes } from "./short.ts";
import { threadsRow } from "./threads.ts";
import { reusedRows, tiffRows } from "./tiff.ts";
import { wholeRow } from "./whole.ts";

/** All rows of the ratio table, short ones first. */
export function allRows(volumes: Volumes): RowPlan[] {
  const { guide, dense } = volumes;
  const meshes = { stage: "meshes of all ids, files written", least: 14, aim: 25 };
  const whole = (volume: string) => `whole job with meshes, ${volume}`;
  return [
    ...tiffRows({ volume: guide, suffix: "" }),
    ...reusedRows({ volume: guide, suffix: "" }),
    ...tiffRows({ volume: dense, suffix: "-dense" }),
    ...shortRows(volumes),
    ...ingestRows(guide),
    threadsRow(guide),
    zmeshRow("mesh-zmesh", guide),
    wholeRow({
      name: "whole-igneous",
      stage: whole("guide-sized"),
      volume: guide,
      peer: "igneous",
      least: 12,
      aim: 20,
      mesh: { name: "mesh-igneous", ...meshes },
      shift: 0,
    }),
    wholeRow({
      name: "whole-guide",
      stage: whole("guide-sized"),
      volume: guide,
      peer: "guide",
      least: 43,
      aim: 70,
      shift: 0.5,
    }),
    wholeRow({
      name: "whole-dense",
      stage: whole("dense"),
      volume: dense,
      peer: "igneous",
      least: 12,
      aim: 20,
      mesh: { name: "mesh-dense", ...meshes, stage: `${meshes.stage}, dense` },
      shift: 0,
    }),
  ];
}
