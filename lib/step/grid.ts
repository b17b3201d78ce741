import type { ChunkGrid } from "../format/chunk.ts";
import type { ChunkFormat } from "../format/codec.ts";
import type { VolumeInfo, VolumeScale } from "../format/dataset.ts";

/** What has scales: a plan, or the `info` of what is published. */
export type Volume = { readonly info: VolumeInfo };

/** A scale as the steps need it: where its chunks lie and how they are encoded. */
export function gridOf(
  { info }: Volume,
  index: number,
): { grid: ChunkGrid; scale: VolumeScale; format: ChunkFormat } {
  const scale = info.scales[index];
  if (scale === undefined) throw new Error(`the volume has no scale ${index}`);
  const { size, voxel_offset: voxelOffset, compressed_segmentation_block_size: block = [8, 8, 8] } = scale;
  return {
    grid: { size, voxelOffset, chunkSize: scale.chunk_sizes[0] },
    scale,
    format: { dataType: info.data_type, block },
  };
}
