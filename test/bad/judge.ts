import type { Case, Volume } from "./case.ts";
import { type Fetch, readDataset } from "./read.ts";

/** What came of a case: words of refusal, or a dataset to be read. */
export type Outcome = { readonly refused: string } | { readonly dataset: Fetch };

/** What is wrong with what came of a case; nothing if it is as it must be. */
export async function judge(one: Case, outcome: Outcome): Promise<string[]> {
  if ("refused" in outcome) return judgeRefusal(one, outcome.refused);
  if (one.volume === undefined) return ["was converted"];
  try {
    const { volume, segments } = await readDataset(outcome.dataset);
    return differences(one.volume, volume, segments);
  } catch (error) {
    return [`cannot be read: ${(error as Error).message}`];
  }
}

function judgeRefusal({ refusal }: Case, said: string): string[] {
  if (refusal === undefined) return [`was refused: ${said}`];
  const { files, says } = refusal;
  const wrong = files
    .filter((file) => !said.includes(file))
    .map((file) => `${file} is not named in: ${said}`);
  if (!says.test(said)) wrong.push(`the cause, ${says}, is not in: ${said}`);
  return wrong;
}

function differences(
  right: NonNullable<Case["volume"]>,
  found: Volume,
  segments: readonly string[],
): string[] {
  const wrong: string[] = [];
  if (`${found.size}` !== `${right.size}`) wrong.push(`size is ${found.size}, not ${right.size}`);
  if (found.dataType !== (right.dataType ?? found.dataType))
    wrong.push(`type is ${found.dataType}, not ${right.dataType}`);
  const at = right.ids.findIndex((id, i) => found.ids[i] !== id);
  if (at >= 0) wrong.push(`voxel ${at} is ${found.ids[at]}, not ${right.ids[at]}`);
  const ids = [...new Set(right.ids)].filter((id) => id !== 0n).sort((a, b) => (a < b ? -1 : 1));
  if (`${segments}` !== `${ids}`) wrong.push(`segments are ${segments}, not ${ids}`.slice(0, 500));
  return wrong;
}
