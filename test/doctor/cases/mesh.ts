import type { Case } from "../case.ts";
import { editBytes, editJson, isFragment, isManifest, layersOf, rename, type Site } from "../site.ts";

const remove = (fits: (key: string) => boolean) => (site: Site) => {
  const gone = [...site.keys()].filter(fits);
  if (gone.length === 0) throw new Error("nothing fits");
  for (const key of gone) site.delete(key);
};
const each = (fits: (key: string) => boolean, change: (bytes: Buffer) => Buffer) => (site: Site) => {
  for (const key of site.keys()) if (fits(key)) editBytes(site, key, change);
};
/** Changes the vertices of a fragment, x y z by turns. */
const moved = (change: (nm: number, axis: number) => number) =>
  each(isFragment, (bytes) => {
    for (let i = 0; i < 3 * bytes.readUInt32LE(0); i++)
      bytes.writeFloatLE(change(bytes.readFloatLE(4 + 4 * i), i % 3), 4 + 4 * i);
    return bytes;
  });

/** Sections 1d and 5 of the survey: meshes. */
export const meshes: readonly Case[] = [
  {
    name: "info does not name the meshes (18)",
    cause: "mesh-unnamed",
    change: (site) => editJson(site, "info", (info) => void delete info["mesh"]),
  },
  {
    name: "no manifests: the second step of igneous was left out (18: igneous#104, #181)",
    cause: "mesh-missing",
    of: "igneous-legacy",
    change: remove(isManifest),
  },
  {
    name: "manifests under another name, for Windows (18, section 5)",
    cause: "mesh-name",
    change: (site) => rename(site, (key) => (isManifest(key) ? key.replace(":", "_") : key)),
    says: /_0/,
  },
  {
    name: "a text instead of a list in manifests (18: zmesh#18)",
    cause: "manifest-form",
    change: (site) => {
      for (const key of [...site.keys()].filter(isManifest))
        site.set(key, { bytes: Buffer.from('{"fragments":"mesh.1.1"}') });
    },
    says: /"mesh.1.1", not a list/,
  },
  {
    name: "the volume's fields in the info of the meshes (18: ngff#33)",
    cause: "mesh-info",
    change: (site) => void site.set("mesh/info", site.get("info")!),
    says: /info of the volume/,
  },
  {
    name: "multi-resolution meshes without their info (18)",
    cause: "mesh-info",
    of: "igneous-multires",
    change: remove((key) => key === "mesh/info"),
  },
  {
    name: "the seed's rename script took the end of fragments' names (section 5)",
    cause: "fragment-renamed",
    change: (site) => rename(site, (key) => (isFragment(key) ? key.replace(/\.\d+$/, "") : key)),
  },
  {
    name: "fragments were not uploaded (18: cloud-volume#406)",
    cause: "fragment-missing",
    of: "igneous-legacy",
    change: remove((key) => key.startsWith("mesh/7:0:")),
  },
  {
    name: "a fragment was cut",
    cause: "fragment-broken",
    change: each(isFragment, (bytes) => bytes.subarray(0, bytes.length - 5)),
  },
  {
    name: "a fragment is empty (51)",
    cause: "fragment-empty",
    change: each(isFragment, () => Buffer.alloc(0)),
  },
  {
    name: "meshes without voxel_offset (20: neuroglancer#456, igneous#103)",
    cause: "mesh-place",
    change: moved((nm, axis) => nm - [512, 256, 640][axis]!),
    says: /voxel_offset was forgotten/,
  },
  {
    name: "meshes in metres, from neuroglancer's Python (section 5)",
    cause: "mesh-place",
    change: moved((nm) => nm * 1e-9),
    says: /in metres/,
  },
  {
    name: "meshes in voxels (20)",
    cause: "mesh-place",
    change: moved((nm, axis) => nm / [8, 8, 40][axis]!),
    says: /in voxels/,
  },
  {
    name: "the data of a multi-resolution mesh were cut",
    cause: "multires-broken",
    of: "igneous-multires",
    change: (site) => editBytes(site, "mesh/7", (bytes) => bytes.subarray(0, bytes.length - 1)),
  },
  {
    name: "a multi-resolution manifest of another length",
    cause: "multires-broken",
    of: "igneous-multires",
    change: (site) => editBytes(site, "mesh/7.index", (bytes) => Buffer.concat([bytes, Buffer.alloc(4)])),
  },
  {
    name: "sharded meshes that were never written (24: igneous#142, #209)",
    cause: "mesh-missing",
    of: "igneous-sharded",
    change: remove((key) => key === "mesh/0.shard"),
  },
  {
    name: "skeletons named, but not there (13)",
    cause: "skeletons-missing",
    change: (site) => editJson(site, "info", (info) => void Object.assign(info, { skeletons: "skeletons" })),
  },
];

const properties = "segment_properties/info";
type List = { ids: unknown[]; properties: { values: unknown[] }[] };
const list = (change: (inline: List) => void) => (site: Site) =>
  editJson(site, properties, (json) => change(json["inline"] as List));
const state = (change: (state: Record<string, unknown>) => void) => (site: Site) =>
  editJson(site, "state.json", change);

/** Section 1e of the survey: names, links, sharing. */
export const lists: readonly Case[] = [
  {
    name: "the list of segments is not there, and the whole layer fails (25)",
    cause: "properties-missing",
    change: remove((key) => key === properties),
  },
  {
    name: "info does not name the list of segments (25: neuroglancer#217)",
    cause: "properties-unnamed",
    change: (site) => editJson(site, "info", (info) => void delete info["segment_properties"]),
  },
  {
    name: "the list of segments is empty (25; 0.1)",
    cause: "properties-empty",
    change: list((inline) => {
      inline.ids = [];
      for (const property of inline.properties) property.values = [];
    }),
  },
  {
    name: "ids are numbers, rounded beyond 2^53 (26)",
    cause: "properties-ids",
    change: list((inline) => void Object.assign(inline, { ids: inline.ids.map(Number) })),
    says: /rounded/,
  },
  {
    name: "fewer values than ids (26: cloud-volume#339)",
    cause: "properties-form",
    change: list((inline) => void inline.properties[0]!.values.pop()),
  },
  {
    name: "the state is not JSON (28)",
    cause: "state-form",
    change: (site) => void site.set("state.json", { bytes: Buffer.from('{"layers": [') }),
  },
  {
    name: "the state opens beside the data (29: corgie#28)",
    cause: "state-position",
    change: state((json) => void Object.assign(json, { position: [0, 0, 0] })),
  },
  {
    name: "dimensions of the state in nanometres (29, 7)",
    cause: "state-units",
    change: state(
      (json) => void Object.assign(json, { dimensions: { x: [8, "m"], y: [8, "m"], z: [40, "m"] } }),
    ),
  },
  {
    name: "the state shows another host (28)",
    cause: "state-source",
    change: state((json) => {
      layersOf(json)[0]!.source = "precomputed://http://127.0.0.1:9/";
    }),
  },
  {
    name: "ids of the state are numbers (28)",
    cause: "state-ids",
    change: state((json) => {
      layersOf(json)[0]!.segments = [2 ** 63, 1];
    }),
  },
];
