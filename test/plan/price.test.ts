import { expect, test } from "vitest";
import { cost } from "../../lib/plan/price.ts";
import { noUsage, sumUsage, transitionsOf } from "../../lib/plan/usage.ts";

test("what a run costs, worked out by hand from the list prices", () => {
  // 100 GB-s are 0.00133334 USD; 10,000 calls 0.002; 1,000 transitions 0.025; 1,000 PUTs or LISTs 0.005; 1,000 GETs 0.0004.
  const usage = {
    ...noUsage,
    gbSeconds: 100,
    calls: 10_000,
    transitions: 1000,
    puts: 600,
    lists: 400,
    gets: 900,
    heads: 100,
    // Not paid for inside a region.
    deletes: 1e6,
    bytesRead: 1e12,
  };
  const { usd, parts } = cost(usage);
  expect(parts.compute).toBeCloseTo(0.001_333_34, 12);
  expect(parts.calls).toBeCloseTo(0.002, 12);
  expect(parts.transitions).toBeCloseTo(0.025, 12);
  expect(parts.puts).toBeCloseTo(0.005, 12);
  expect(parts.gets).toBeCloseTo(0.0004, 12);
  expect(usd).toBeCloseTo(0.033_733_34, 12);
  expect(cost(noUsage).usd).toBe(0);
});

test("parts of a usage are summed field by field", () => {
  const sum = sumUsage([{ puts: 1, seconds: 2.5 }, { puts: 2, calls: 1 }, {}]);
  expect(sum).toEqual({ ...noUsage, puts: 3, seconds: 2.5, calls: 1 });
});

test("a run of one batch per list, its states counted by hand", () => {
  // Plan, Encode, Pyramid, Mesh, Publish, Done; four maps inside Pyramid and Mesh; five children with one state each.
  expect(transitionsOf({ encode: 1, pyramid: 2, mesh: 2, verify: 3, lists: 4 })).toBe(7 + 4 + 8 * 2);
});
