import { expect, test } from "vitest";
import { fetchAhead } from "../../lib/store/lanes.ts";

test("what is fetched ahead comes in order, never more at a time than asked for", async () => {
  let [underWay, most] = [0, 0];
  const fetch = async (item: number) => {
    most = Math.max(most, ++underWay);
    await new Promise((resolve) => setTimeout(resolve, (7 - item) % 3));
    underWay--;
    return item * 10;
  };
  const seen: (readonly [number, number])[] = [];
  for await (const pair of fetchAhead([1, 2, 3, 4, 5, 6, 7], fetch, 3)) seen.push(pair);
  expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7].map((item) => [item, item * 10]));
  expect(most).toBe(3);
});

test("the error of one that was fetched ahead is met in its turn, and of none that is not taken", async () => {
  const fetch = (item: number) =>
    item > 1 ? Promise.reject(new Error(`no ${item}`)) : Promise.resolve(item);
  const seen: number[] = [];
  const all = async () => {
    for await (const [item] of fetchAhead([0, 1, 2, 3], fetch, 4)) seen.push(item);
  };
  await expect(all()).rejects.toThrow("no 2");
  expect(seen).toEqual([0, 1]);
});
