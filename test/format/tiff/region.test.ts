import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import {
  bytesPerSample,
  listPages,
  openPage,
  readRegion,
  type TiffSource,
} from "../../../lib/format/tiff.ts";
import { allocate, release } from "../../../lib/kernel/memory.ts";
import { buildTiff } from "../../fixture/tiff/build.ts";
import { labels } from "../../fixture/tiff/labels.ts";
import { chanceOf } from "../../fuzz/chance.ts";

type Row = { file: string; type: string; pages: number; formula: string; note: string };
const folder = path.join(import.meta.dirname, "../../fixture/tiff");
const rows: Row[] = JSON.parse(readFileSync(path.join(folder, "list.json"), "utf8"));

/** A source that reads into what it is given, after a while, as a folder does; or answers with other memory. */
function slowSource(bytes: Uint8Array, { fills }: { fills: boolean }): TiffSource {
  let turn = 0;
  return {
    name: "slow.tif",
    size: bytes.length,
    async read(offset, length, into) {
      await setTimeout(++turn % 3);
      const part = bytes.subarray(offset, offset + length);
      if (!fills || into === undefined) return part;
      into.set(part);
      return into.subarray(0, part.length);
    },
  };
}

test.each([true, false])(
  "regions read at the same time lie where they were wanted (fills: %s)",
  async (fills) => {
    for (const row of rows) {
      const source = slowSource(readFileSync(path.join(folder, row.file)), { fills });
      const page = await openPage(source, (await listPages(source)).pages[0]!);
      const { samples } = labels(row, 0);
      const { width, height } = page;
      const bytes = bytesPerSample(page.sampleType);
      const random = chanceOf(row.file, 1, 0);
      const read = async (whole: boolean) => {
        const [x0, y0] = whole ? [0, 0] : [random.below(width), random.below(height)];
        const [x1, y1] = [
          whole ? width : x0 + 1 + random.below(width - x0),
          y0 + 1 + random.below(height - y0),
        ];
        const size = (x1 - x0) * (y1 - y0) * bytes;
        const margin = bytes * (1 + random.below(3));
        const memory = allocate(size + 2 * margin).fill(0xa5);
        await readRegion(page, { x0, y0, x1, y1 }, memory.subarray(margin, margin + size));
        const cut = Array.from({ length: y1 - y0 }, (_, y) =>
          samples.subarray(((y0 + y) * width + x0) * bytes, ((y0 + y) * width + x1) * bytes),
        );
        const edge = Buffer.alloc(margin, 0xa5);
        const same = Buffer.concat([edge, ...cut, edge]).equals(memory);
        release(memory);
        expect(same, `${row.file}: ${x0},${y0} to ${x1},${y1}`).toBe(true);
      };
      await Promise.all([true, true, false, false, false, false].map(read));
    }
  },
  30_000,
);

test("when one request fails, none writes to the window afterwards", async () => {
  // Strips that lie in the file from the last to the first: a request each.
  const tags = { 256: 300, 257: 4, 278: 1, 273: [908, 608, 308, 8], 279: [300, 300, 300, 300] };
  const bytes = buildTiff({ tags, data: new Uint8Array(1200) });
  const fast = slowSource(bytes, { fills: true });
  const page = await openPage(fast, (await listPages(fast)).pages[0]!);
  let open = 0;
  const source: TiffSource = {
    ...fast,
    async read(offset, length, into) {
      if (offset === 908) throw new Error("the disk is gone");
      open++;
      await setTimeout(20);
      open--;
      return into!.subarray(0, length);
    },
  };
  const out = allocate(1200);
  const region = { x0: 0, y0: 0, x1: 300, y1: 4 };
  await expect(readRegion({ ...page, source }, region, out)).rejects.toThrow("the disk is gone");
  expect(open).toBe(0);
  release(out);
});
