import { expect, test } from "vitest";
import { InputError } from "../../lib/format/error.ts";
import { parseOptions } from "../../lib/format/options.ts";

function faults(value: unknown): string[] {
  try {
    parseOptions(typeof value === "string" ? value : JSON.stringify(value));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    for (const { file } of error.faults) expect(file).toBe("neuropress.json");
    return error.faults.map(({ found, advice }) => (advice ? `${found}. ${advice}` : found));
  }
  return [];
}

test("all options, and none", () => {
  const text = `{"chunk": 64, "encoding": "raw", "downsample": "majority-sparse", "meshError": 0, "mesh": false, "verify": false,
    "images": ["boss://https://api.theboss.io/a/b/em", "https://host/em.zarr/|zarr2:"]}`;
  expect(parseOptions(`\uFEFF${text}`)).toEqual({
    chunk: 64,
    encoding: "raw",
    downsampling: "majority-sparse",
    meshError: 0,
    mesh: false,
    verify: false,
    images: ["boss://https://api.theboss.io/a/b/em", "https://host/em.zarr/|zarr2:"],
  });
  expect(parseOptions("{}")).toEqual({});
});

test("all that is wrong is told at once", () => {
  const wrong = {
    chunk: 100,
    encoding: "jpeg",
    downsample: "mean",
    meshError: -1,
    mesh: "no",
    verify: 1,
    images: "boss://x",
    meshes: true,
  };
  expect(faults(wrong)).toEqual([
    "chunk is 100. It must be a power of two from 8 to 512",
    'encoding is "jpeg". It must be "compressed_segmentation" or "raw"',
    'downsample is "mean". It must be "majority" or "majority-sparse"',
    "meshError is -1. It must be a number of voxels from 0 to 10",
    'mesh is "no". It must be true or false',
    "verify is 1. It must be true or false",
    expect.stringMatching(/^images is "boss:\/\/x"\. It must be a list of sources/),
    "meshes is not an option. Options are chunk, encoding, downsample, meshError, mesh, verify, images",
  ]);
});

test.each([
  [{ chunk: 4 }],
  [{ chunk: 1024 }],
  [{ chunk: "64" }],
  [{ chunk: null }],
  [{ meshError: 10.1 }],
  [{ meshError: "0.3" }],
  [{ images: [1] }],
  [{ images: [""] }],
  [{ images: ["a b"] }],
  [{ images: ["javascript:alert(1)"] }],
  [{ images: ["precomputed://https://host/em", "precomputed://data:application/json,{}"] }],
  [{ toString: 1 }],
  [{ downsampling: "majority" }],
])("%j is refused", (value) => {
  expect(faults(value)).toHaveLength(1);
});

test("what is no JSON object", () => {
  expect(faults("{chunk: 64}")[0]).toMatch(/^is not JSON \(/);
  for (const text of ["[]", "null", "3"]) expect(faults(text)[0]).toMatch(/^is JSON, but not an object/);
});

test("options nested without end are refused", () => {
  const text = `{"images": ${"[".repeat(20_000)}${"]".repeat(20_000)}}`;
  expect(() => parseOptions(text)).toThrow(/^neuropress.json: is nested deeper than 100 levels$/);
});
