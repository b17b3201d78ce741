import type { Advice } from "../cause.ts";

const nothing = "Nothing: the layer ends in an error.";

/** What `info` says. */
export const infoCauses = {
  "info-missing": {
    title: "there is no info in this folder",
    sees: nothing,
    fix: "Give the folder that holds info. If it should be here, upload it: it is named info, without an ending.",
  },
  "wrong-folder": {
    title: "this is not the dataset's folder, but one beside or below it",
    sees: nothing,
    fix: "Give the folder that holds the info of the volume.",
  },
  "info-json": {
    title: "info is not JSON",
    sees: nothing,
    fix: "Mend it as said. python3 -m json.tool info shows the place.",
  },
  "info-kind": {
    title: "info is not that of a volume",
    sees: nothing,
    fix: "Give the folder of the volume. If a program has written over its info, write that anew; the mesh folder has an info of its own.",
  },
  "info-field": {
    title: "a field of info is missing or wrong",
    sees: nothing,
    fix: "Mend the field in info.",
  },
  "encoding-misplaced": {
    title: "the encoding stands at the top of info, where viewers do not look",
    sees: "An error, or chunks read in another encoding than they have.",
    fix: "Move encoding and compressed_segmentation_block_size into every entry of scales, and check that chunks were written so.",
  },
  "encoding-unknown": {
    title: "the encoding is not one that the viewer knows",
    sees: nothing,
    fix: "Use raw, compressed_segmentation, compresso, png, jpeg or jxl. gzip is no encoding: it belongs into Content-Encoding. zfpc, fpzip and kempressed are read by cloud-volume only: convert them.",
  },
  "encoding-type": {
    title: "the encoding cannot hold this data type",
    sees: nothing,
    fix: "compressed_segmentation takes uint32 and uint64, jpeg uint8, png uint8 and uint16. Convert the data, or use raw.",
  },
  "encoding-lossy": {
    title: "labels are stored as jpeg",
    sees: "Segments with wrong ids along every edge.",
    fix: "Write labels as compressed_segmentation, compresso, png or raw.",
  },
  "chunk-sizes": {
    title: "chunk_sizes of a scale is missing or wrong",
    sees: nothing,
    fix: 'It is a list of triples: "chunk_sizes": [[64, 64, 64]].',
  },
  "scale-key": {
    title: "the key of a scale is missing, wrong or used twice",
    sees: "An error, or one scale shown in the place of another.",
    fix: "key is the name of the scale's folder, relative to info, another for each scale.",
  },
  resolution: {
    title: "the resolution is not plausible",
    sees: "A volume of absurd size, meshes and scale bar that do not fit, often a blank view.",
    fix: "resolution is nanometres per voxel, x y z: not metres, not micrometres, not the size of the whole volume.",
  },
  "scale-order": {
    title: "scales do not go from fine to coarse",
    sees: nothing,
    fix: "Sort scales by resolution, the finest first.",
  },
  "scale-extent": {
    title: "a scale covers another volume than the first",
    sees: "Data that jump or end as you zoom.",
    fix: "size is divided by the factor that resolution is multiplied by, rounded up.",
  },
  "offset-scale": {
    title: "voxel_offset of a scale is not that of the first scale, reduced",
    sees: "Data that jump as you zoom.",
    fix: "voxel_offset counts voxels of its own scale: divide that of the first scale by the factor. Names of chunks change with it.",
  },
} as const satisfies Record<string, Advice>;
