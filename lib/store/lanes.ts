/** So much is asked of a store at the same time: enough to hide the way to a bucket and back. */
const usual = 8;

/**
 * Maps a list in order, a few items at a time. After a failure no further item is begun, and none is under way
 * any more when the error is thrown.
 */
export async function inLanes<T, R>(
  list: readonly T[],
  work: (item: T, index: number) => Promise<R>,
  lanes = usual,
): Promise<R[]> {
  const results: R[] = new Array(list.length);
  const queue = list.entries();
  let failed = false;
  const lane = async () => {
    for (const [i, item] of queue) {
      if (failed) return;
      try {
        results[i] = await work(item, i);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(lanes, list.length) }, lane));
  for (const end of ended) if (end.status === "rejected") throw end.reason;
  return results;
}

/** Yields what `fetch` brings for each of a list in order, while a few more are fetched ahead. */
export async function* fetchAhead<T, R>(
  list: readonly T[],
  fetch: (item: T) => Promise<R>,
  lanes = usual,
): AsyncGenerator<readonly [T, R]> {
  const begin = (item: T) => {
    const result = fetch(item);
    // Its error is met when its turn comes.
    result.catch(() => {});
    return [item, result] as const;
  };
  const waiting = list.slice(0, lanes).map(begin);
  for (let next = lanes; waiting.length > 0; next++) {
    const [item, result] = waiting.shift() as (typeof waiting)[number];
    yield [item, await result];
    if (next < list.length) waiting.push(begin(list[next] as T));
  }
}
