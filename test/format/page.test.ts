import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { datasetPage, type PageInput } from "../../lib/format/page.ts";

const scale = {
  key: "9f2c/798nm",
  size: [1406, 621, 138],
  resolution: [798, 798, 2000],
  voxel_offset: [100, 0, -5],
  chunk_sizes: [[128, 128, 64]],
  encoding: "compressed_segmentation",
} as const;
const input: PageInput = {
  name: "rorb site 3",
  url: "https://bucket.example/lab/rorb",
  viewer: "https://viewer.example/",
  info: {
    "@type": "neuroglancer_multiscale_volume",
    type: "segmentation",
    data_type: "uint64",
    num_channels: 1,
    scales: [scale],
    mesh: "9f2c/mesh",
    segment_properties: "9f2c/segment_properties",
  },
  segments: Array.from({ length: 1042 }, (_, i) => ({ id: String(i + 1), voxels: ((i * 7919) % 1042) + 1 })),
  published: { bytes: 12_345_678, objects: 2345 },
  picture: { key: "9f2c/preview.png", width: 1200, height: 300 },
  made: {
    program: "neuropress 0.1.0",
    slices: 138,
    downsampling: "majority",
    meshError: 0.3,
    provenance: "9f2c/provenance.json",
    table: "9f2c/segments.csv",
  },
};
const textOf = (html: string) => html.replace(/<[^>]*>/g, "|").replaceAll("\u00a0", " ");

test("says what the dataset is, how large, and how it was made", () => {
  const text = textOf(datasetPage(input));
  for (const part of [
    "rorb site 3",
    "1,042 segments in 1,406 × 621 × 138 voxels of 798 × 798 × 2,000 nm.",
    "1.12 mm × 496 µm × 276 µm",
    "12.3 MB in 2,345 chunks and meshes",
    "100, 0, -5 voxels",
    "|798nm|",
    "128 × 128 × 64",
    "neuropress 0.1.0",
    "138 slices",
    "error bound 0.3 voxel",
  ]) {
    expect(text).toContain(part);
  }
  expect(datasetPage(input)).toContain('href="9f2c/provenance.json"');
});

test("what was verified, how much of it, and where the receipt is; nothing of it if nothing was", () => {
  const receipt = {
    program: "neuropress 0.1.0",
    ok: true,
    checks: { closed: { what: "meshes are closed <b>", checked: 1042, wrong: 0 } },
    unchecked: ["headers: nothing was published yet"],
  };
  const page = datasetPage({ ...input, receipt: { key: "9f2c/receipt.json", receipt } });
  expect(textOf(page)).toContain("|meshes are closed &#60;b&#62;||1,042||0|");
  expect(page).toContain('<a href="9f2c/receipt.json">');
  expect(page).toContain("not judged: headers: nothing was published yet.");
  expect(datasetPage(input)).not.toContain("Verified");
});

test("the link works without scripts; the box of the examples is the middle chunk in global voxels", () => {
  const page = datasetPage(input);
  expect(page).toContain('href="https://viewer.example/#!https://bucket.example/lab/rorb/state.json"');
  const text = textOf(page).replaceAll("|", "");
  // Chunk 5 of x (640 to 768), 2 of y (256 to 384), 1 of z (64 to 128), plus the offset.
  expect(text).toContain("labels = volume[740:868, 256:384, 59:123]");
  expect(text).toContain('CloudVolume("precomputed://https://bucket.example/lab/rorb")');
  expect(text).toContain('"kvstore": "https://bucket.example/lab/rorb/"');
});

test("the ten largest segments, largest first, with volume, name and colour", () => {
  const sorted = [...input.segments].sort((a, b) => b.voxels - a.voxels).slice(0, 10);
  const labels = new Map([[sorted[2]!.id, "soma"]]);
  const colors = new Map([
    [sorted[2]!.id, "#123456"],
    [sorted[3]!.id, "red;}</style>"],
  ]);
  const page = datasetPage({ ...input, labels, colors });
  const rows = [...page.matchAll(/<span class="id">(\d+)<\/span><\/th><td class="number">([^<]+)/g)];
  expect(rows.map(([, id]) => id)).toEqual(sorted.map(({ id }) => id));
  // 1,042 voxels of 1.273608 cubic micrometres.
  expect(rows[0]![2]!.replace("\u00a0", " ")).toBe("1,327 µm³");
  expect(page).toContain(
    `<span class="swatch s2"></span><span class="name">soma</span><span class="id">${sorted[2]!.id}<`,
  );
  expect(page).toContain(".s2{background:#123456}");
  expect(page).not.toContain("red;}");
});

test("segment 1 has the viewer's colour, ids above 2^53 keep theirs", () => {
  const segments = [
    { id: "1", voxels: 1 },
    { id: "10330565667105460571", voxels: 2 },
  ];
  const page = datasetPage({ ...input, segments });
  const colors = [...page.matchAll(/\.s\d\{background:(#\w+)\}/g)].map(([, color]) => color);
  expect(colors).toEqual(["#d86fff", "#5e80ff"]);
  expect(textOf(page)).toContain("volume.mesh.get(10330565667105460571)");
});

test("nothing is loaded from elsewhere but the picture beside the page", () => {
  const page = datasetPage(input);
  const loaded = [...page.matchAll(/<(?:img|script|link|iframe|source)\b[^>]*?(?:src|href)="([^"]*)"/g)];
  expect(loaded.map(([, url]) => url)).toEqual(["data:,", "9f2c/preview.png"]);
  expect(page).not.toMatch(/@import|url\(/);
  expect(new TextEncoder().encode(page).length).toBeLessThan(20_000);
});

test("users' text is escaped wherever it stands", () => {
  const evil = `"><script>alert(1)</script>&'`;
  const page = datasetPage({
    ...input,
    name: evil,
    labels: new Map([
      ["1", evil],
      ["132", evil],
    ]),
  });
  expect(page.match(/<script/g)).toHaveLength(1);
  expect(page).toContain("<h1>&#34;&#62;&#60;script&#62;alert(1)&#60;/script&#62;&#38;&#39;</h1>");
  // In Python the name is a string whose quotes are escaped.
  expect(page).toContain("state.layers[&#34;\\&#34;&#62;&#60;script");
});

test("the policy lets run what the page holds, by the hashes of exactly that", () => {
  const page = datasetPage(input);
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? "";
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  for (const [element, directive] of [
    ["script", "script-src"],
    ["style", "style-src"],
  ] as const) {
    const parts = [...page.matchAll(new RegExp(`<${element}[^>]*>(.*?)</${element}>`, "gs"))];
    expect(parts).toHaveLength(1);
    expect(policy).toContain(`${directive} ${hash(parts[0]![1]!)};`);
  }
  expect(policy).toMatch(/^default-src 'none'; /);
  expect(policy).not.toContain("unsafe");
  // What the policy would not let through must not be there.
  expect(page).not.toMatch(/<[^>]* (style|on[a-z]+)=/);
  // Before anything that it is to hold for.
  expect(page.indexOf("Content-Security-Policy")).toBeLessThan(page.indexOf("<style>"));
});

test("signs that turn or break lines are written out in code", () => {
  const name = "a\u202eb\u2028c\u{e0041}d\u0085é𝄞";
  const page = datasetPage({ ...input, name });
  expect(textOf(page)).toContain(
    "state.layers[&#34;a\\U0000202eb\\U00002028c\\U000e0041d\\U00000085é𝄞&#34;]",
  );
});

test("no segments, no meshes, no picture, bytes not known", () => {
  const { mesh, ...info } = input.info;
  const { picture, published, ...rest } = input;
  const page = datasetPage({ ...rest, info, segments: [] });
  expect([mesh, picture, published]).not.toContain(undefined);
  expect(page).not.toMatch(/<img|mesh\.get|Published|undefined|NaN/);
  expect(textOf(page)).toContain("There are none.");
});
