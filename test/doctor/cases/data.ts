import type { Case } from "../case.ts";
import { editBytes, editJson, isChunk, type Json, plainOf, rename, type Site, scalesOf } from "../site.ts";

const scales = (change: (scale: Json, index: number) => void) => (site: Site) =>
  editJson(site, "info", (info) => scalesOf(info).forEach(change));
const set = (fields: Readonly<Record<string, unknown>>) =>
  scales((scale) => void Object.assign(scale, fields));
const remove = (fits: (key: string) => boolean) => (site: Site) => {
  const gone = [...site.keys()].filter(fits);
  if (gone.length === 0) throw new Error("nothing fits");
  for (const key of gone) site.delete(key);
};
/** A JPEG's start and frame header, of this size; enough to tell what it is. */
const jpeg = (width: number, height: number) =>
  Buffer.from([
    0xff,
    0xd8,
    0xff,
    0xc0,
    0,
    11,
    8,
    height >> 8,
    height & 255,
    width >> 8,
    width & 255,
    1,
    1,
    0x11,
    0,
  ]);

/** Sections 1a to 1c and 5 of the survey, and neuroglancer's own specification: `info` and chunks. */
export const data: readonly Case[] = [
  {
    name: "info is not there (1: cloud-volume#548)",
    cause: "info-missing",
    change: remove((key) => key === "info"),
  },
  {
    name: "the folder of a scale was given (1)",
    cause: "wrong-folder",
    given: (url) => `precomputed://${url}8nm/`,
  },
  {
    name: "the folder of the meshes was given (1)",
    cause: "info-kind",
    given: (url) => `${url}mesh`,
  },
  {
    name: "zarr was given as precomputed (1)",
    cause: "other-format",
    change: (site) => {
      site.clear();
      site.set(".zattrs", { bytes: Buffer.from("{}") });
    },
  },
  {
    name: "a local path was given (36)",
    cause: "local-file",
    given: () => "precomputed://file:///home/me/data",
  },
  {
    name: "info as Python prints it (8: neuroglancer#204)",
    cause: "info-json",
    change: (site) => void site.set("info", { bytes: Buffer.from("{'type': 'segmentation', 'scales': []}") }),
    says: /single quotes/,
  },
  {
    name: "a field of info is missing (8)",
    cause: "info-field",
    change: (site) => editJson(site, "info", (info) => void delete info["num_channels"]),
    says: /num_channels is missing/,
  },
  {
    name: "size is not whole (8)",
    cause: "info-field",
    change: scales((scale, i) => void (i === 1 && Object.assign(scale, { size: [70.5, 65, 12] }))),
  },
  {
    name: "the guide's encoding at the top of info (section 5)",
    cause: "encoding-misplaced",
    change: (site) =>
      editJson(site, "info", (info) => {
        info["encoding"] = "raw";
        for (const scale of scalesOf(info)) delete scale["encoding"];
      }),
    of: "raw",
  },
  {
    name: "gzip taken for an encoding (33)",
    cause: "encoding-unknown",
    change: set({ encoding: "gzip" }),
  },
  {
    name: "compressed_segmentation of uint16 (5)",
    cause: "encoding-type",
    change: (site) => editJson(site, "info", (info) => void Object.assign(info, { data_type: "uint16" })),
  },
  {
    name: "labels as jpeg (14)",
    cause: "encoding-lossy",
    of: "raw",
    change: (site) => {
      editJson(site, "info", (info) => {
        info["data_type"] = "uint8";
        for (const scale of scalesOf(info)) Object.assign(scale, { encoding: "jpeg" });
      });
      for (const [key, stored] of site)
        if (isChunk(key)) site.set(key, { bytes: jpeg(plainOf(stored).length / 8, 1) });
    },
  },
  {
    name: "chunk_size for chunk_sizes (8; a slip of the specification's own schema)",
    cause: "chunk-sizes",
    change: scales((scale) => {
      Object.assign(scale, { chunk_size: scale["chunk_sizes"] });
      delete scale["chunk_sizes"];
    }),
    says: /chunk_size /,
  },
  {
    name: "resolution in metres (7: neuroglancer#719)",
    cause: "resolution",
    change: scales(
      (scale) =>
        void Object.assign(scale, { resolution: (scale["resolution"] as number[]).map((nm) => nm * 1e-9) }),
    ),
  },
  {
    name: "the whole volume's size for a resolution (7: neuroglancer#204)",
    cause: "resolution",
    of: "neuroglancer-scripts",
    change: (site) =>
      editJson(site, "info", (info) => {
        scalesOf(info).forEach((scale, i) => {
          Object.assign(scale, { resolution: [384 * 2 ** i, 320 * 2 ** i, 192] });
        });
      }),
  },
  {
    name: "scales from coarse to fine",
    cause: "scale-order",
    of: "neuroglancer-scripts",
    change: (site) => editJson(site, "info", (info) => void scalesOf(info).reverse()),
  },
  {
    name: "two scales of one key",
    cause: "scale-key",
    of: "igneous-sharded",
    change: (site) => editJson(site, "info", (info) => void scalesOf(info).push(scalesOf(info)[0]!)),
  },
  {
    name: "voxel_offset copied to all scales as neuroglancer-scripts does (section 5, 20)",
    cause: "offset-scale",
    change: (site) => {
      rename(site, (key) =>
        key.replace(
          /^16nm\/(\d+)-(\d+)_(\d+)-(\d+)_/,
          (_, a, b, c, d) => `16nm/${+a + 32}-${+b + 32}_${+c + 16}-${+d + 16}_`,
        ),
      );
      scales((scale, i) => void (i === 1 && Object.assign(scale, { voxel_offset: [64, 32, 16] })))(site);
    },
  },
  {
    name: "a scale of another size (8)",
    cause: "scale-extent",
    of: "igneous-legacy",
    change: (site) => {
      scales((scale, i) => void (i === 1 && Object.assign(scale, { size: [24, 20, 16] })))(site);
      remove((key) => key.startsWith("16_16_16/") && key.endsWith("_24-32"))(site);
    },
  },
  {
    name: "the last slab was never written (10: cloud-volume#319)",
    cause: "chunk-lost",
    change: remove((key) => key.startsWith("8nm/") && key.endsWith("_24-28")),
  },
  {
    name: "the coarsest scale is missing (10)",
    cause: "chunks-missing",
    change: remove((key) => key.startsWith("64nm/")),
  },
  {
    name: "one chunk of a coarser scale is missing (10, 51)",
    cause: "chunk-lost",
    change: remove((key) => key === "16nm/64-80_48-64_16-24"),
  },
  {
    name: "a scale was never uploaded (10, 33)",
    cause: "chunks-missing",
    change: remove((key) => key.startsWith("8nm/")),
    says: /404/,
  },
  {
    name: "sharding that writes nothing and exits 0 (24: igneous#209)",
    cause: "chunks-missing",
    of: "igneous-sharded",
    change: remove((key) => key.startsWith("8_8_16/")),
  },
  {
    name: "chunks in folders of their own: neuroglancer-scripts without --flat (33)",
    cause: "chunk-name",
    of: "neuroglancer-scripts",
    change: (site) => rename(site, (key) => (isChunk(key) ? key.replaceAll("_", "/") : key)),
    says: /--flat/,
  },
  {
    name: "names of border chunks are not cut (10)",
    cause: "chunk-name",
    of: "neuroglancer-scripts",
    change: (site) => rename(site, (key) => key.replace(/^8nm(.*)_32-40_/, "8nm$1_32-48_")),
  },
  {
    name: "border chunks are padded (10)",
    cause: "chunk-shape",
    of: "raw",
    change: (site) => editBytes(site, "64nm/8-24_4-20_8-14", () => Buffer.alloc(16 ** 3 * 8)),
    says: /must be cut/,
  },
  {
    name: "data_type is not that of the chunks (8)",
    cause: "chunk-shape",
    of: "raw",
    change: (site) => editJson(site, "info", (info) => void Object.assign(info, { data_type: "uint32" })),
  },
  {
    name: "encoding is not that of the chunks (8)",
    cause: "chunk-encoding",
    of: "raw",
    change: set({ encoding: "compressed_segmentation", compressed_segmentation_block_size: [8, 8, 8] }),
    says: /the bytes are raw/,
  },
  {
    name: "a chunk was cut (51)",
    cause: "chunk-broken",
    change: (site) => editBytes(site, "16nm/64-80_48-64_16-24", (bytes) => bytes.subarray(0, 40)),
  },
  {
    name: "a chunk is empty (13)",
    cause: "chunk-broken",
    change: (site) => void site.set("16nm/64-80_48-64_16-24", { bytes: Buffer.alloc(0) }),
  },
  {
    name: "info says sharded, chunks are not",
    cause: "sharding",
    of: "igneous-legacy",
    change: set({
      sharding: {
        "@type": "neuroglancer_uint64_sharded_v1",
        hash: "identity",
        preshift_bits: 0,
        minishard_bits: 0,
        shard_bits: 0,
      },
    }),
  },
  {
    name: "a shard was cut (24)",
    cause: "shard-broken",
    of: "igneous-sharded",
    change: (site) => editBytes(site, "8_8_16/0.shard", (bytes) => bytes.subarray(0, bytes.length - 100)),
  },
];
