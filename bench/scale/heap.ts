/** Events by their time, earliest first. */
export type Heap<T> = {
  readonly size: () => number;
  readonly push: (time: number, value: T) => void;
  readonly pop: () => { time: number; value: T } | undefined;
};

export function createHeap<T>(): Heap<T> {
  const entries: { time: number; value: T }[] = [];
  const at = (i: number) => entries[i] as { time: number; value: T };
  const swap = (i: number, j: number) => {
    [entries[i], entries[j]] = [at(j), at(i)];
  };
  return {
    size: () => entries.length,
    push(time, value) {
      entries.push({ time, value });
      for (let i = entries.length - 1; i > 0; ) {
        const parent = (i - 1) >> 1;
        if (at(parent).time <= at(i).time) break;
        swap(i, parent);
        i = parent;
      }
    },
    pop() {
      const first = entries[0];
      const last = entries.pop();
      if (first === undefined || last === undefined || entries.length === 0) return first;
      entries[0] = last;
      for (let i = 0; ; ) {
        const [left, right] = [2 * i + 1, 2 * i + 2];
        let least = i;
        if (left < entries.length && at(left).time < at(least).time) least = left;
        if (right < entries.length && at(right).time < at(least).time) least = right;
        if (least === i) break;
        swap(i, least);
        i = least;
      }
      return first;
    },
  };
}
