import path from "node:path";
import { rawChunks, segmentationChunks } from "./chunk.ts";
import { info } from "./info.ts";
import { labels } from "./labels.ts";
import { events, keys, ranges } from "./request.ts";
import { options, resolution, state } from "./settings.ts";
import { fragments, packs, pieces } from "./surface.ts";
import type { Target } from "./target.ts";
import { tiffCodecs, tiffPredictor } from "./tiff/codec.ts";
import { tiffDamaged, tiffDescribed, tiffFiles, tiffRight } from "./tiff/target.ts";

const fixtures = path.join(import.meta.dirname, "../fixture/tiff");

/** All targets. `corpus` is a folder of further TIFF files; with another one, numbers mean other inputs. */
export function allTargets(corpus?: string): readonly Target[] {
  const tiffs = tiffFiles(corpus === undefined ? [fixtures] : [fixtures, corpus]);
  return [
    ...[
      tiffRight,
      tiffDamaged,
      tiffDescribed,
      tiffs,
      tiffCodecs,
      tiffPredictor,
      info,
      options,
      state,
      resolution,
      labels,
    ],
    ...[segmentationChunks, rawChunks, fragments, pieces, packs, keys, ranges, events],
  ];
}
