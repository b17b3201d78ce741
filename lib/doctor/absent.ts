import type { Vec3 } from "../format/vec.ts";
import type { Round } from "./chunks.ts";
import { isLost } from "./lost.ts";
import { otherName } from "./naming.ts";
import { isInOnePlace } from "./space.ts";
import { shortName, type Visit } from "./visit.ts";

/** Of a scale with many chunks that are not there, so many are looked into. */
const looked = 32;

/**
 * Finds out why chunks are not there: they lie under another name; they were lost, as the scale before or after shows; or
 * they are background, which may be left out and is no fault.
 */
export async function checkAbsent(visit: Visit, rounds: readonly Round[]): Promise<void> {
  const some = rounds.some(({ asked, absent, bad }) => asked > absent.length + bad);
  for (const [i, round] of rounds.entries()) {
    const { reader, asked, absent, bad, complete } = round;
    if (absent.length === 0) continue;
    const place = `${reader.scale.key}/ (scale ${reader.scale.index})`;
    const isNone = absent.length === asked - bad && bad === 0;
    if (await checkNames(visit, round, isNone)) continue;
    const neighbours = {
      coarser: otherScale(rounds, i, -1)?.reader,
      finer: otherScale(rounds, i, 1)?.reader,
    };
    const lost: Vec3[] = [];
    const comparable = isInOnePlace(visit.chart) ? absent.slice(0, looked) : [];
    for (const { at } of comparable) if (await isLost(reader, at, neighbours)) lost.push(at);
    const statuses = [...new Set(absent.map(({ status }) => status))].join(" and ");
    if (isNone && (complete || lost.length > 0 || !some))
      visit.chart.find("chunks-missing", place, `all ${asked} chunks asked for answer ${statuses}`);
    else if (lost.length > 0)
      for (const at of lost)
        visit.chart.find(
          "chunk-lost",
          shortName(visit, reader.url(at)),
          `the answer is ${statuses}, though another scale shows labels there`,
        );
    else
      visit.chart.note(
        place,
        `${absent.length} of ${asked} chunks asked for are not there (${statuses}). They are drawn as background; where they were left out as background, that is right`,
      );
  }
}

/** Another scale, not another chunk size of the same. Rounds go from coarse to fine. */
function otherScale(rounds: readonly Round[], from: number, step: -1 | 1): Round | undefined {
  const index = rounds[from]?.reader.scale.index;
  for (let i = from + step; rounds[i] !== undefined; i += step)
    if (rounds[i]?.reader.scale.index !== index) return rounds[i];
  return undefined;
}

/** Looks for the chunks under the names that other programs and slips give them. */
async function checkNames(visit: Visit, { reader, absent }: Round, isNone: boolean): Promise<boolean> {
  let named = 0;
  const tried = absent.slice(0, isNone ? 3 : 8);
  for (const { at } of tried) {
    const other = await otherName(visit, reader, at);
    if (other === undefined) continue;
    named++;
    visit.chart.find(other.cause, shortName(visit, reader.url(at)), other.found);
  }
  return named > 0;
}
