/** The first `count` segments by voxels, largest first; of equal ones those that come first. */
export function largest<T extends { readonly voxels: number }>(segments: readonly T[], count: number): T[] {
  const top: T[] = [];
  for (const segment of segments) {
    if (top.length === count && segment.voxels <= (top.at(-1)?.voxels ?? 0)) continue;
    const at = top.findIndex(({ voxels }) => voxels < segment.voxels);
    top.splice(at < 0 ? top.length : at, 0, segment);
    top.length = Math.min(top.length, count);
  }
  return top;
}
