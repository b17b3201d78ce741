/** Items that follow each other and cost the same each. */
export type Span = { readonly first: number; readonly count: number; readonly cost: number };

/** The number of the first of some items that follow each other, and how many they are. */
export type Run = readonly [first: number, count: number];

/** A batch has as many runs as stay below 1 KB, and as many items as its receipt can tell of. */
const mostRuns = 32;
const mostItems = 1024;

/** Neighbours in their order, as many as cost no more than the budget, and at least one. */
export function* cutSpans(spans: Iterable<Span>, budget: number): Generator<Run[]> {
  let runs: Run[] = [];
  let spent = 0;
  let items = 0;
  for (const { first, count, cost } of spans) {
    for (let at = first; at < first + count; ) {
      const last = runs.at(-1);
      const joins = last !== undefined && last[0] + last[1] === at;
      const room = Math.min(Math.floor((budget - spent) / cost), mostItems - items);
      if (last !== undefined && (room < 1 || (!joins && runs.length === mostRuns))) {
        yield runs;
        [runs, spent, items] = [[], 0, 0];
        continue;
      }
      const taken = Math.min(first + count - at, Math.max(1, room));
      if (joins) runs[runs.length - 1] = [last[0], last[1] + taken];
      else runs.push([at, taken]);
      spent += taken * cost;
      items += taken;
      at += taken;
    }
  }
  if (runs.length > 0) yield runs;
}
