import { gridShape } from "../format/chunk.ts";
import { product } from "../format/vec.ts";
import type { Plan } from "./plan.ts";

/** The objects of a dataset before ids are known: what is counted here is exact. */
export type ObjectCount = {
  /** Chunks of each scale. */
  readonly chunks: readonly number[];
  /** What describes the dataset as a whole, by name. */
  readonly beside: readonly string[];
  /** Chunks of all scales, and what is beside them. */
  readonly known: number;
  /** Mesh and manifest; a segment whose mesh is written in parts has more, without meshes it has none. */
  readonly perSegment: number;
};

/** Counts the objects that publishing a plan leaves in the output store. */
export function countObjects({ scales, info, options }: Plan): ObjectCount {
  const chunks = scales.map((scale) => product(gridShape(scale)));
  const meshes = info.mesh !== undefined;
  const beside = [
    "segment_properties/info",
    "segments.csv",
    ...(meshes ? ["mesh/info"] : []),
    "preview.png",
    "provenance.json",
    ...(options.verify ? ["receipt.json"] : []),
    "state.json",
    "index.html",
    "info",
  ];
  return {
    chunks,
    beside,
    known: chunks.reduce((sum, count) => sum + count, 0) + beside.length,
    perSegment: meshes ? 2 : 0,
  };
}
