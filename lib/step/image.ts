import type { VolumeScale } from "../format/dataset.ts";
import type { Plan } from "../plan/plan.ts";

/** All images of a plan, as `checkImage` does. @returns warnings in words */
export async function checkImages({ options, info }: Pick<Plan, "options" | "info">): Promise<string[]> {
  const [full] = info.scales;
  if (full === undefined) return [];
  return (await Promise.all(options.images.map((image) => checkImage(image, full)))).flat();
}

type Scale = Pick<VolumeScale, "size" | "resolution"> & { readonly voxel_offset?: readonly number[] };

/** Milliseconds for an answer: a dead server must not hold a conversion up. */
const patience = 10_000;

/**
 * Looks at the source of an image layer, where it can be looked at: is it reachable, and does it overlap the
 * labels? Other kinds of sources (boss://, zarr://, ...) are the viewer's matter.
 *
 * @returns warnings in words
 */
export async function checkImage(source: string, labels: Scale): Promise<string[]> {
  const url = /^precomputed:\/\/(https?:\/\/.+?)\/?$/.exec(source)?.[1];
  if (url === undefined) return [];
  const headers = { Origin: "https://neuroglancer.example" };
  const signal = AbortSignal.timeout(patience);
  const answer = await fetch(`${url}/info`, { headers, signal }).catch(() => undefined);
  if (answer === undefined || !answer.ok) {
    return [
      `${source}: info cannot be read (${answer === undefined ? "no answer" : `the answer is ${answer.status}`})`,
    ];
  }
  const warnings: string[] = [];
  if (answer.headers.get("access-control-allow-origin") === null) {
    warnings.push(`${source}: no CORS header, so browsers may not read it from a viewer of another origin`);
  }
  const info = (await answer.json().catch(() => undefined)) as { scales?: Scale[] } | undefined;
  const full = info?.scales?.[0];
  if (full === undefined) return [...warnings, `${source}: info is not that of a volume`];
  if (!overlap(full, labels))
    warnings.push(`${source}: it lies beside the labels (bounds in nanometres do not overlap)`);
  return warnings;
}

function overlap(a: Scale, b: Scale): boolean {
  return [0, 1, 2].every((d) => {
    const low = (scale: Scale) => (scale.voxel_offset?.[d] ?? 0) * (scale.resolution[d] as number);
    const high = (scale: Scale) => low(scale) + (scale.size[d] as number) * (scale.resolution[d] as number);
    return low(a) < high(b) && low(b) < high(a);
  });
}
