import { encodeKernel } from "./encode.ts";
import { gzipKernel } from "./gzip.ts";
import { ingestKernel } from "./ingest.ts";
import type { Kernel, KernelOptions } from "./kernel.ts";
import { majorityKernel } from "./majority.ts";
import { joinKernel, meshKernel } from "./mesh.ts";
import { renumberEncodeKernel, renumberKernel } from "./renumber.ts";
import { surfaceKernel } from "./surface.ts";
import { tiffKernel } from "./tiff.ts";

/** The stages by name; each is opened in a process of its own. */
export const kernels = {
  tiff: tiffKernel,
  renumber: renumberKernel,
  encode: encodeKernel,
  "renumber-encode": renumberEncodeKernel,
  gzip: gzipKernel,
  "majority-221": (options) => majorityKernel(options, [2, 2, 1]),
  "majority-222": (options) => majorityKernel(options, [2, 2, 2]),
  surface: surfaceKernel,
  join: joinKernel,
  mesh: meshKernel,
  ingest: ingestKernel,
} as const satisfies Record<string, (options: KernelOptions) => Promise<Kernel>>;

export type KernelName = keyof typeof kernels;
