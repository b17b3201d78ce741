import { expect, test } from "vitest";
import type { Vec3 } from "../../lib/format/vec.ts";
import { planBlockSize } from "../../lib/plan/block.ts";
import { cloudLines, localLine, overBudget } from "../../lib/plan/brief.ts";
import { parseUsd } from "../../lib/plan/budget.ts";
import { shown } from "../../lib/plan/figure.ts";
import { forecast, usualConditions } from "../../lib/plan/forecast.ts";
import { bucketCount, groupCount } from "../../lib/plan/items.ts";
import { mostSegments } from "../../lib/plan/limit.ts";
import type { Plan } from "../../lib/plan/plan.ts";
import { planScales } from "../../lib/plan/scale.ts";

type Asked = { readonly mesh?: boolean; readonly verify?: boolean; readonly fileBytes?: number };

function planOf(size: Vec3, { mesh = true, verify = true, fileBytes = size[0] * size[1] * 8 }: Asked = {}) {
  const scales = planScales({ size, resolution: [798, 798, 2000], voxelOffset: [0, 0, 0] }, 128);
  const blockSize = planBlockSize(scales[0]!, { width: size[0], height: 1 });
  const blocks = size.reduce((count, along, d) => count * Math.ceil(along / blockSize[d]!), 1);
  const files = Array.from({ length: size[2] }, (_, z) => ({ name: `${z}.tif`, size: fileBytes }));
  return {
    scales,
    blockSize,
    blocks,
    groups: groupCount(blocks),
    buckets: bucketCount(size),
    parts: verify ? Math.ceil((size[0] * size[1] * size[2]) / 2 ** 24) : 0,
    files,
    slices: files.map((_, file) => ({ file, ifd: 8, plane: 0 })),
    options: { verify, mesh },
    info: { mesh: mesh ? "mesh" : undefined, segment_properties: "segment_properties" },
  } as unknown as Plan;
}

const usual = { threads: 2, ...usualConditions };
const guide: Vec3 = [1406, 621, 138];

test("the guide's volume: chunks counted by hand", () => {
  const { objects, voxels, millimetres, segments } = forecast(planOf(guide), usual);
  // 11 x 5 x 3 of 128 x 128 x 64; 6 x 3 x 2; 3 x 2 x 1; 2 x 1 x 1.
  expect(objects.chunks).toEqual([165, 36, 6, 2]);
  expect(objects).toMatchObject({ known: 209 + 9, perSegment: 2 });
  expect(voxels).toBe(120_491_388);
  expect(millimetres.map((mm) => mm.toFixed(4))).toEqual(["1.1220", "0.4956", "0.2760"]);
  expect(segments).toBe(1042);
});

test("what docs/deploy.md measured of the guide's volume, not verified, is met within a quarter", () => {
  const { usage, usd } = forecast(planOf(guide, { verify: false }), { ...usual, segments: 1042 }).cloud;
  const near = (value: number, measured: number) =>
    expect(Math.abs(value / measured - 1), `${value} for ${measured}`).toBeLessThan(0.25);
  near(usage.puts + usage.lists, 2363);
  near(usage.gets + usage.heads, 1772);
  near(usage.gbSeconds, 35.6);
  near(usd.expected, 0.0136);
  // Plan, encode, three scales, gather, two of meshes (2 x 120 of 134 million voxels), publish; 7 states, 5 maps.
  expect({ calls: usage.calls, transitions: usage.transitions }).toEqual({
    calls: 9,
    transitions: 12 + 2 * 7,
  });
});

test("meshes and verification are paid for only where they are asked for", () => {
  const all = forecast(planOf(guide), usual);
  const bare = forecast(planOf(guide, { mesh: false, verify: false }), usual);
  expect(bare.objects).toMatchObject({ known: 209 + 7, perSegment: 0 });
  expect(bare.objects.beside).not.toContain("receipt.json");
  expect(bare.cloud.usage.puts).toBeLessThan(all.cloud.usage.puts - 2 * 1042);
  expect(bare.local.seconds.expected).toBeLessThan(all.local.seconds.expected);
  expect(bare.bytes.expected).toBeLessThan(all.bytes.expected / 3);
});

test("groups of parts keep the requests of the verification near those for its chunks", () => {
  const verified = (size: Vec3) => {
    const of = (verify: boolean) => {
      const { usage } = forecast(planOf(size, { verify }), { ...usual, segments: 1_048_576 }).cloud;
      return usage.gets + usage.heads;
    };
    return of(true) - of(false);
  };
  // 6,000 buckets and 2,980 parts, 65,536 and 59,605: without groups 36 million and 7,800 million for their counts alone.
  expect(verified([5000, 5000, 2000])).toBeLessThan(3e6);
  expect(verified([10_000, 10_000, 10_000])).toBeLessThan(5e6);
});

test("more threads, more calls at a time and more segments count", () => {
  const plan = planOf([4000, 4000, 1000]);
  const of = (more: object) => forecast(plan, { ...usual, ...more });
  expect(of({ threads: 4 }).local.seconds.expected).toBeLessThan(of({}).local.seconds.expected);
  expect(of({ concurrency: 500 }).cloud.seconds.expected).toBeLessThan(of({}).cloud.seconds.expected);
  const [few, many] = [of({ segments: 1000 }), of({ segments: 101_000 })];
  // Two PUTs each, 0.000005 USD, in the part that they are paid by.
  expect(many.cloud.cost.parts.puts - few.cloud.cost.parts.puts).toBeCloseTo(2 * 100_000 * 0.000005, 6);
});

test("quotas that bind are named: a small volume has none, a large one on a small account has", () => {
  expect(forecast(planOf(guide), usual).cloud.quotas).toEqual([]);
  const large = forecast(planOf([20_000, 20_000, 4000]), { ...usual, segments: mostSegments });
  const text = large.cloud.quotas.join("\n");
  expect(text).toMatch(/Lambda concurrency: .* 50 run at a time/);
  expect(text).toMatch(/Lambda account limit: .* only 10/);
  expect(text).toMatch(/segments: a volume may have 1,048,576/);
  const wide = forecast(planOf([20_000, 20_000, 4000]), { ...usual, concurrency: 10_000 });
  expect(wide.cloud.quotas.join("\n")).toMatch(/S3 (PUT|GET) rate of a prefix/);
});

test("a budget is kept or not by what is expected", () => {
  const ahead = forecast(planOf(guide), usual);
  const { expected } = ahead.cloud.usd;
  expect(overBudget(ahead, expected)).toBeUndefined();
  expect(overBudget(ahead, expected / 2)).toMatch(/expected to cost .* USD, and --max-usd allows .* USD/);
  expect([parseUsd("0"), parseUsd("1.5")]).toEqual([0, 1.5]);
  for (const wrong of ["", " ", "-1", "1 USD", "Infinity"])
    expect(() => parseUsd(wrong)).toThrow("--max-usd");
});

test("the short forms: one line here, two for the cloud", () => {
  const plan = planOf(guide);
  const ahead = forecast(plan, usual);
  const extent = "1406 x 621 x 138 voxels, 4 scales, 209 chunks: about";
  expect(localLine(plan, ahead)).toMatch(new RegExp(`^${extent} \\d+ s with 2 threads, [\\d.]+ MB$`));
  expect(cloudLines(plan, ahead)).toEqual([
    expect.stringMatching(new RegExp(`^${extent} \\d+ s with 50 calls at a time$`)),
    expect.stringMatching(/^expected cost: 0\.\d+ USD \(.* to .*\), if there are about 1,042 segments$/),
  ]);
});

test("figures for people", () => {
  expect([0, 999, 1000, 32_040_000, 2.5e15].map(shown.bytes)).toEqual([
    "0 bytes",
    "999 bytes",
    "1 kB",
    "32 MB",
    "2.5 PB",
  ]);
  expect([0.2, 89, 600, 7200, 864_000].map(shown.seconds)).toEqual([
    "1 s",
    "89 s",
    "10 min",
    "2.0 h",
    "10.0 days",
  ]);
  expect([12.345, 0.01364, 0].map(shown.usd)).toEqual(["12.35 USD", "0.014 USD", "0 USD"]);
});
