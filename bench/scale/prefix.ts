import type { Assumed } from "./assumed.ts";

/**
 * What S3 takes of one prefix: so many requests a second, in the order in which they come. Who asks for more than that
 * is told to slow down and waits; a prefix that was asked for more all the time is split, and takes twice as much.
 */
export type Limiter = {
  /** @returns seconds until so many requests that begin at `now` have been let through */
  wait(now: number, count: number): number;
  /** Requests that had to wait for more than a second: each is refused at least once. */
  refused(): number;
  /** How often the prefix was split. */
  splits(): number;
};

export function createLimiter(perSecond: number, { splitSeconds }: Pick<Assumed, "splitSeconds">): Limiter {
  let rate = perSecond;
  let free = 0;
  let busySince: number | undefined;
  let refused = 0;
  let splits = 0;
  return {
    wait(now, count) {
      if (free <= now) busySince = undefined;
      busySince ??= now;
      if (now - busySince > splitSeconds) {
        // What already waits is let through faster as well.
        free = now + Math.max(0, free - now) / 2;
        rate *= 2;
        splits++;
        busySince = now;
      }
      free = Math.max(now, free) + count / rate;
      const seconds = free - now;
      if (seconds > 1) refused += count;
      return seconds;
    },
    refused: () => refused,
    splits: () => splits,
  };
}
