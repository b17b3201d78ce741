import type { Advice } from "../cause.ts";

const noMesh = "No surfaces in 3-D; the view never gets ready for segments that are selected.";

/** What meshes and skeletons hold. */
export const meshCauses = {
  "mesh-unnamed": {
    title: "there are meshes, but info does not name them",
    sees: "No surfaces in 3-D.",
    fix: 'Add "mesh": "mesh" to info.',
  },
  "mesh-info": {
    title: "the info of the meshes is missing or wrong",
    sees: noMesh,
    fix: 'For meshes with manifests ID:0 it is {"@type": "neuroglancer_legacy_mesh"}; for multi-resolution ones it has @type neuroglancer_multilod_draco and its fields. The fields of the volume do not belong there.',
  },
  "mesh-missing": {
    title: "there are no meshes",
    sees: noMesh,
    fix: "Make and upload them, or take mesh out of info. With igneous the manifests are a step of their own (igneous mesh merge).",
    on: { ours: "npm run convert makes them unless --no-mesh is given." },
  },
  "mesh-name": {
    title: "manifests are not found under the name ID:0",
    sees: noMesh,
    fix: "A manifest is named after the segment with :0 behind it, and the server must take the colon as it is and as %3A.",
  },
  "manifest-form": {
    title: "a mesh manifest is not of the right form",
    sees: noMesh,
    fix: 'It is {"fragments": ["NAME", "NAME"]}: a list, even of one name, relative to the mesh folder.',
  },
  "fragment-missing": {
    title: "mesh manifests name fragments that are not there",
    sees: noMesh,
    fix: "Upload the fragments, or make the meshes again.",
  },
  "fragment-renamed": {
    title: "mesh fragments have lost the end of their names",
    sees: noMesh,
    fix: "A script that strips endings (.gz) has taken the number for one. Rename the fragments back to what the manifests say, or strip .gz only.",
  },
  "fragment-broken": {
    title: "mesh fragments do not decode",
    sees: noMesh,
    fix: "A fragment is a uint32 count, three float32 per vertex, uint32 triples; nothing else. Make or upload it again.",
  },
  "fragment-empty": {
    title: "mesh fragments are empty",
    sees: noMesh,
    fix: "Make or upload them again; segments without a surface get no manifest.",
  },
  "mesh-place": {
    title: "meshes do not lie where their voxels are",
    sees: "Surfaces beside the slices, or so small or far away that nothing is seen.",
    fix: "Vertices are nanometres from the origin of the volume: (voxel + voxel_offset) x resolution. The viewer does not add voxel_offset.",
  },
  "multires-broken": {
    title: "a multi-resolution mesh is broken",
    sees: noMesh,
    fix: "Make or upload it again: manifest and data must be of the same run.",
  },
  "skeletons-missing": {
    title: "info names skeletons, but their info is missing or wrong",
    sees: "Nothing: the layer ends in an error.",
    fix: 'Upload the folder, or take skeletons out of info. Its info has @type "neuroglancer_skeletons".',
  },
} as const satisfies Record<string, Advice>;
