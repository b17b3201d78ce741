import { hashesKey } from "../plan/pipeline.ts";
import type { Plan } from "../plan/plan.ts";
import { inputsBeside } from "../plan/run.ts";
import { getJson } from "../store/object.ts";
import type { Context } from "./context.ts";

/** How the dataset was made: enough to make it again and to see what changed. No time, no machine. */
export async function provenance({ work }: Pick<Context, "work">, plan: Plan): Promise<unknown> {
  const hashes = (await work.head(hashesKey)) ? await getJson<Record<string, string>>(work, hashesKey) : {};
  const inputs = plan.files.map(({ name, size, etag }) => ({
    name,
    size,
    ...(etag !== undefined && { etag }),
    ...(hashes[name] !== undefined && { sha256: hashes[name] }),
  }));
  return {
    program: plan.program,
    options: plan.options,
    inputs,
    beside: Object.fromEntries(
      inputsBeside
        .filter((name) => hashes[name] !== undefined)
        .map((name) => [name, { sha256: hashes[name] }]),
    ),
    slices: plan.slices.length,
    ignored: plan.ignored,
    notes: plan.notes,
    mesh: plan.info.mesh && {
      method:
        "dual surface of 2x2x2 clusters, joined by exact keys, quadric edge collapse under the link condition",
      error_bound_voxels: plan.options.meshError,
    },
  };
}
