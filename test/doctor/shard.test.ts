import { expect, test } from "vitest";
import { mortonCode } from "../../lib/doctor/morton.ts";
import { locate } from "../../lib/doctor/shard.ts";
import type { Sharding } from "../../lib/doctor/volume.ts";

const plain = { indexGzip: false, dataGzip: false };
const murmur: Sharding = {
  ...plain,
  hash: "murmurhash3_x86_128",
  preshift: 2,
  minishardBits: 6,
  shardBits: 10,
};
const identity: Sharding = { ...plain, hash: "identity", preshift: 1, minishardBits: 2, shardBits: 3 };

/* Values of cloud-volume 12.15.2: ShardingSpecification.compute_shard_location, compressed_morton_code. */

test.each([
  [0n, "2b9.shard", 1],
  [1n, "2b9.shard", 1],
  [7n, "33a.shard", 26],
  [12345n, "034.shard", 47],
  [2n ** 32n, "307.shard", 55],
  [2n ** 53n + 1n, "306.shard", 61],
  [2n ** 63n + 5n, "3a7.shard", 28],
  [2n ** 64n - 1n, "36b.shard", 6],
])("key %s lies in %s, minishard %i", (key, file, minishard) => {
  expect(locate(key, murmur)).toEqual({ file, minishard });
});

test("identity: the bits of the key themselves", () => {
  expect(locate(7n, identity)).toEqual({ file: "0.shard", minishard: 3 });
  expect(locate(12345n, identity)).toEqual({ file: "7.shard", minishard: 0 });
  // What the client asks for where there is one shard only.
  expect(locate(7n, { ...identity, shardBits: 0 }).file).toBe("0.shard");
});

test("compressed Morton code of chunks", () => {
  expect(mortonCode([0, 0, 0], [3, 3, 3])).toBe(0n);
  expect(mortonCode([2, 1, 0], [3, 3, 3])).toBe(10n);
  expect(mortonCode([4, 2, 1], [5, 3, 2])).toBe(52n);
  expect(mortonCode([100, 3, 7], [128, 4, 9])).toBe(6390n);
  expect(mortonCode([0, 0, 5], [1, 1, 6])).toBe(5n);
});
