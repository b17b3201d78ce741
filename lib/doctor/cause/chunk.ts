import type { Advice } from "../cause.ts";

/** What chunks hold. */
export const chunkCauses = {
  "chunks-missing": {
    title: "a scale has no chunks",
    sees: "Background, without a word, at the zoom of this scale.",
    fix: "Check that the folder is named as key in info says and was uploaded; if it was never written, write it or take the scale out of info.",
  },
  "chunk-lost": {
    title: "chunks are missing where there should be labels",
    sees: "Holes: missing chunks are drawn as background, without a word.",
    fix: "Write or upload them again. At the end of the volume: was the last slab written, and cut to size?",
  },
  "chunk-name": {
    title: "chunks are stored under other names than the viewer asks for",
    sees: "Background, without a word.",
    fix: "Names are xBegin-xEnd_yBegin-yEnd_zBegin-zEnd in voxels with voxel_offset, cut at the end of the volume. neuroglancer-scripts writes them with --flat.",
    on: {
      nginx:
        'neuroglancer-scripts\' own layout needs a rewrite: rewrite "^(.*)/([0-9]+-[0-9]+)_([0-9]+-[0-9]+)_([0-9]+-[0-9]+)$" $1/$2/$3/$4;',
    },
  },
  "chunk-broken": {
    title: "chunks do not decode",
    sees: "Background, or rubbish: the viewer checks very little.",
    fix: "Write or upload them again.",
  },
  "chunk-shape": {
    title: "chunks hold another number of voxels than info says",
    sees: "An error for each chunk in the console, background on the screen.",
    fix: "size, chunk_sizes, data_type and num_channels in info must be those that the chunks were written with. Chunks at the end of the volume are cut, not padded.",
  },
  "chunk-encoding": {
    title: "chunks are in another encoding than info says",
    sees: "Background or rubbish.",
    fix: "Correct encoding of the scale in info.",
  },
  sharding: {
    title: "info and storage do not agree on shards",
    sees: "Background, without a word.",
    fix: "Take sharding from info if chunks lie one by one, or write the sharding that the .shard files were made with.",
  },
  "shard-broken": {
    title: "a shard file is broken",
    sees: "Errors or background where its chunks, meshes or skeletons are.",
    fix: "Write or upload it again. If it is whole, sharding in info is not what it was made with.",
  },
} as const satisfies Record<string, Advice>;
