import type { ChunkGrid } from "../format/chunk.ts";
import type { ChunkFormat } from "../format/codec.ts";
import type { VolumeScale } from "../format/dataset.ts";
import type { Plan } from "../plan/plan.ts";

/** A scale as the steps need it: where its chunks lie and how they are encoded. */
export function gridOf(
  plan: Plan,
  index: number,
): { grid: ChunkGrid; scale: VolumeScale; format: ChunkFormat } {
  const scale = plan.info.scales[index];
  if (scale === undefined) throw new Error(`the plan has no scale ${index}`);
  const { size, voxel_offset: voxelOffset, compressed_segmentation_block_size: block = [8, 8, 8] } = scale;
  return {
    grid: { size, voxelOffset, chunkSize: scale.chunk_sizes[0] },
    scale,
    format: { dataType: plan.info.data_type, block },
  };
}
