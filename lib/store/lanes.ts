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
