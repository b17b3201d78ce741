import type { VolumeScale } from "../dataset.ts";
import { mapVec } from "../vec.ts";
import { escapeHtml } from "./html.ts";

export type SnippetInput = {
  readonly name: string;
  /** URL of the folder that holds `info`, no slash at its end. */
  readonly url: string;
  readonly full: VolumeScale;
  /** A segment with a mesh. */
  readonly id?: string;
};

export type Snippet = { readonly title: string; readonly code: string; readonly note?: string };

/**
 * Python that opens the dataset, as HTML: the URL stands in elements of class `url`, which the page puts right if it
 * lies elsewhere. The box is that of a chunk in the middle, so that trying it costs little.
 */
export function snippets({ name, url, full, id }: SnippetInput): Snippet[] {
  const box = middleBox(full).join(", ");
  const at = `<span class="url">${escapeHtml(url)}</span>`;
  const layer = escapeHtml(pythonString(name));
  return [
    {
      title: "cloud-volume",
      code: `from cloudvolume import CloudVolume

volume = CloudVolume("precomputed://${at}")
labels = volume[${box}]${id === undefined ? "" : `\nmesh = volume.mesh.get(${id})`}`,
    },
    {
      title: "tensorstore",
      code: `import tensorstore as ts

volume = ts.open({
    "driver": "neuroglancer_precomputed",
    "kvstore": "${at}/",
}).result()
labels = volume[${box}, 0].read().result()`,
      note: "Over HTTP. From a disk tensorstore does not read gzipped chunks.",
    },
    {
      title: "neuroglancer",
      code: `import neuroglancer

viewer = neuroglancer.Viewer()
with viewer.txn() as state:
    state.layers[${layer}] = neuroglancer.SegmentationLayer(
        source="precomputed://${at}",
    )
print(viewer)`,
    },
  ];
}

/** A JSON string is a Python string. Signs that turn or break a line are written out: code is read before it is run. */
function pythonString(text: string): string {
  return JSON.stringify(text).replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    // Not in two halves, as JSON would: Python takes those for two signs.
    (sign) => `\\U${(sign.codePointAt(0) as number).toString(16).padStart(8, "0")}`,
  );
}

/** Ranges x, y, z of the chunk in the middle, in global voxels. */
function middleBox({ size, chunk_sizes: [chunk], voxel_offset: offset }: VolumeScale): string[] {
  const lo = mapVec((d) => Math.floor(size[d] / 2 / chunk[d]) * chunk[d]);
  const hi = mapVec((d) => Math.min(size[d], lo[d] + chunk[d]));
  return [0, 1, 2].map((d) => `${lo[d]! + offset[d]!}:${hi[d]! + offset[d]!}`);
}
