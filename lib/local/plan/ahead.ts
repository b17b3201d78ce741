import { availableParallelism } from "node:os";
import { type Conditions, type Forecast, forecast, usualConditions } from "../../plan/forecast.ts";
import { type HeaderPlan, headerPlan } from "../../step/header.ts";
import { readOptions } from "../../step/options.ts";
import { usualSettings } from "../../step/settings.ts";
import type { Chosen } from "../choice.ts";
import { settingsOf } from "../convert.ts";
import type { Source } from "./source.ts";

/** A plan, and what it will take. */
export type Ahead = HeaderPlan & { readonly forecast: Forecast };

/**
 * What a run of an input would do and take. Headers, `info`, options and names are read, voxels are not.
 *
 * @throws InputError with everything that is wrong: what a run would end with before its first voxel
 */
export async function planAhead(
  { input, stack }: Source,
  chosen: Chosen,
  conditions: Partial<Conditions> = {},
): Promise<Ahead> {
  const given = settingsOf(chosen);
  const settings = {
    ...usualSettings,
    ...(await readOptions(input)),
    ...given,
    ...(stack !== undefined && { stack }),
  };
  const known = await headerPlan(input, settings);
  const threads = availableParallelism();
  return { ...known, forecast: forecast(known.plan, { threads, ...usualConditions, ...conditions }) };
}
