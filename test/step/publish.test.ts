import { decode } from "fast-png";
import { expect, test } from "vitest";
import { getJson } from "../../lib/store/object.ts";
import { type MemoryContext, makeVolume, runAll } from "./volume.ts";

const text = (value: string) => new TextEncoder().encode(value);

/** Two ids side by side, 2^63 on the left and 2^63 + 1 on the right, and background in the last quarter of x. */
const left = 2n ** 63n;
const volume = () => makeVolume([64, 32, 16], (x) => (x >= 48 ? 0n : left + (x < 24 ? 0n : 1n)));

async function published(labels?: string): Promise<MemoryContext> {
  const context = await volume();
  if (labels !== undefined) await context.input.put("labels.csv", text(labels), { contentType: "text/csv" });
  await runAll(context);
  return context;
}

const textOf = (context: MemoryContext, key: string) =>
  new TextDecoder().decode(context.output.objects.get(key)?.bytes);

/** Colours of the first section's middle row, from left to right, each once. */
function colorsOf(context: MemoryContext): string[] {
  const { data, width, height } = decode(context.output.objects.get("preview.png")?.bytes as Uint8Array);
  const row = Math.floor(height / 2) * width * 3;
  const colors = Array.from({ length: width }, (_, x) =>
    Buffer.from(data.subarray(row + x * 3, row + x * 3 + 3) as Uint8Array).toString("hex"),
  );
  const runs = colors.filter((color, i) => color !== colors[i - 1]);
  return runs.slice(1, 4);
}

test("the picture shows the middle of the volume in the viewer's colours, the page shows the picture", async () => {
  const context = await published();
  // Colours of neuroglancer 2.41.2 for these ids, from a run of its own hash_function.js and colorspace.js.
  expect(colorsOf(context)).toEqual(["7dffa4", "3021ff", "1a1e25"]);
  const page = textOf(context, "index.html");
  expect(page).toContain('<img src="preview.png"');
  expect(page).toContain('href="http://host/viewer/#!http://host/test/state.json"');
  expect(page).toContain(left.toString());
});

test("names and colours of labels.csv are in the table, the state, the page and the picture", async () => {
  const context = await published(`id,label,color\n${left},"soma <1>",#102030\n0${left + 1n},axon,#fff\n`);
  const table = await getJson<{ inline: { ids: string[]; properties: { id: string; values: unknown[] }[] } }>(
    context.output,
    "segment_properties/info",
  );
  expect(table.inline.ids).toEqual([left.toString(), (left + 1n).toString()]);
  expect(table.inline.properties[0]).toMatchObject({ id: "label", values: ["soma <1>", "axon"] });
  const { layers } = await getJson<{ layers: { segmentColors: unknown }[] }>(context.output, "state.json");
  expect(layers[0]?.segmentColors).toEqual({ [`${left}`]: "#102030", [`${left + 1n}`]: "#ffffff" });
  expect(textOf(context, "index.html")).toContain("soma &#60;1&#62;");
  expect(textOf(context, "index.html")).toContain("background:#102030");
  expect(colorsOf(context)).toEqual(["102030", "ffffff", "1a1e25"]);
});

test("what readers start from is put last, info after all", async () => {
  const context = await published();
  expect([...context.output.objects.keys()].slice(-3)).toEqual(["state.json", "index.html", "info"]);
  const { options } = context.output.objects.get("index.html") ?? {};
  expect(options).toEqual({ contentType: "text/html; charset=utf-8", cacheControl: "no-cache" });
});

test("the page tells how much was published: the chunks and meshes that are there", async () => {
  const context = await published();
  const entries = [
    "info",
    "state.json",
    "index.html",
    "preview.png",
    "provenance.json",
    "segments.csv",
    "receipt.json",
  ];
  const stored = [...context.output.objects].filter(
    ([key]) => !entries.includes(key) && !/^(mesh|segment_properties)\/info$/.test(key),
  );
  const bytes = stored.reduce((sum, [, object]) => sum + object.bytes.byteLength, 0);
  expect(stored.length).toBeGreaterThan(3);
  expect(textOf(context, "index.html")).toContain(
    `${bytes}\u00a0bytes in ${stored.length} chunks and meshes`,
  );
});
