import { type FanOutStage, stages, usageKey } from "../plan/pipeline.ts";
import { type Cost, cost, priceList } from "../plan/price.ts";
import { sumUsage, transitionsOf, type Usage } from "../plan/usage.ts";
import { putJson } from "../store/object.ts";
import type { Store } from "../store/store.ts";

/** What the stages that do not fan out have used. */
export type Account = {
  readonly planned: Usage;
  /** Of the publish stage, until now. */
  readonly used: () => Usage;
};

/** What a whole run has used, and what that costs at list prices. */
export type Bill = {
  /** Of scale 0. */
  readonly voxels: number;
  readonly total: Usage;
  readonly cost: Cost;
};

/** What the batches of each stage have used, batch by batch. */
export type Used = Readonly<Record<FanOutStage, readonly Usage[]>>;

/**
 * Sums what a run has used and writes it, by stage, beside the run's work. A batch that was done twice counts once:
 * what failed on the way is not in it, nor are uploads and what they trigger.
 *
 * @param items of each batch, as the receipts say; `lists` are the work lists of pyramid, mesh and verify
 */
export async function closeAccount(
  work: Store,
  { planned, used }: Account,
  { voxels, items, lists }: { voxels: number; items: Used; lists: number },
): Promise<Bill> {
  const { encode, pyramid, mesh, verify } = items;
  const batches = {
    encode: encode.length,
    pyramid: pyramid.length,
    mesh: mesh.length,
    verify: verify.length,
  };
  const fanned = {
    encode: sumUsage(encode),
    pyramid: sumUsage(pyramid),
    mesh: sumUsage(mesh),
    verify: sumUsage(verify),
  };
  // This object and the last word of the status are still to be read and put.
  const publish = sumUsage([used(), { puts: 1, gets: 1 }]);
  const byStage = { plan: planned, ...fanned, publish };
  const transitions = transitionsOf({ ...batches, lists });
  const total = sumUsage([...stages.map(({ name }) => byStage[name]), { transitions }]);
  const bill = { voxels, total, cost: cost(total) };
  const { date, source } = priceList;
  await putJson(work, usageKey, { ...bill, batches, stages: byStage, prices: { date, source } });
  return bill;
}
