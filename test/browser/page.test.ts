import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import axe from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { datasetPage, type PageInput } from "../../lib/format/page.ts";
import { type Served, serve } from "../../lib/server/serve.ts";
import { layOut } from "../../lib/volume/panel.ts";
import { renderPreview } from "../../lib/volume/preview.ts";
import { idOf, makeDataset, SEGMENTS } from "./dataset.ts";
import { active, lane } from "./lane.ts";
import { builtViewer, findChromium, openLink } from "./open.ts";

const scale = { size: [100, 60, 40], resolution: [8, 8, 16], chunkSize: [32, 32, 32] } as const;
const evil = `boxes <script>alert(1)</script>"'&`;
let root: string;
let served: Served;
let browser: Browser;

const input: PageInput = {
  name: evil,
  url: "http://127.0.0.1:9000",
  viewer: "http://127.0.0.1:9000/viewer/",
  info: {
    "@type": "neuroglancer_multiscale_volume",
    type: "segmentation",
    data_type: "uint64",
    num_channels: 1,
    scales: [
      {
        key: "scale1",
        size: scale.size,
        resolution: scale.resolution,
        voxel_offset: [10, 20, 30],
        chunk_sizes: [scale.chunkSize],
        encoding: "raw",
      },
    ],
    mesh: "mesh",
    segment_properties: "properties",
  },
  segments: Array.from({ length: SEGMENTS }, (_, cell) => ({ id: idOf(cell), voxels: 1728 })),
  labels: new Map([[idOf(0), evil]]),
  published: { bytes: 123_456, objects: 99 },
  picture: { key: "preview.png", ...layOut(scale) },
  made: {
    program: "neuropress",
    slices: 40,
    downsampling: "majority",
    meshError: 0.3,
    provenance: "provenance.json",
    table: "segments.csv",
  },
};

beforeAll(async () => {
  if (!active) return;
  root = await mkdtemp(path.join(tmpdir(), "neuropress-page-"));
  await makeDataset(root);
  const read = async () => ({
    labels: new Uint32Array(32 ** 3).map((_, i) => (i >> 4) % 30),
    lo: Uint32Array.from({ length: 30 }, (_, i) => i),
    hi: new Uint32Array(30),
  });
  await writeFile(path.join(root, "preview.png"), await renderPreview({ scale, read }));
  await writeFile(path.join(root, "index.html"), datasetPage(input));
  served = await serve({ root, port: 0, viewer: await builtViewer() });
  const executablePath = findChromium() as string;
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
});

afterAll(async () => {
  await browser?.close();
  await served?.close();
  if (root !== undefined) await rm(root, { recursive: true, force: true });
});

/** What the page and the network said while `use` looked at it. */
async function visit(
  options: BrowserContextOptions & { state?: string },
  use: (page: Page, said: string[]) => Promise<void>,
  url = served.url,
) {
  const { state: body, ...rest } = options;
  const context = await browser.newContext(rest);
  if (body !== undefined) await context.route("**/state.json", (route) => route.fulfill({ body }));
  const page = await context.newPage();
  const said: string[] = [];
  page.on("dialog", (dialog) => {
    said.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("pageerror", (error) => said.push(`error: ${error.message}`));
  page.on("response", (answer) => said.push(`${answer.status()} ${new URL(answer.url()).pathname}`));
  await page.goto(`${url}/`, { waitUntil: "networkidle" });
  try {
    await use(page, said);
  } finally {
    await context.close();
  }
}

const violations = async (page: Page): Promise<string[]> => {
  await page.evaluate(axe.source);
  return page.evaluate<string[]>(
    "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))",
  );
};

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [1200, 390]) {
    lane(`${colorScheme}, ${width} pixels wide: accessible, and nothing sticks out`, async () => {
      await visit({ colorScheme, viewport: { width, height: 844 } }, async (page, said) => {
        const png = process.env["PICTURE"];
        if (png) await page.screenshot({ path: `${png}-${colorScheme}-${width}.png`, fullPage: true });
        expect(await violations(page)).toEqual([]);
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
        expect(await page.evaluate("document.images[0].naturalWidth")).toBe(layOut(scale).width);
        // Which of the picture and the viewer answers first is chance.
        expect(said.sort()).toEqual(["200 /", "200 /preview.png", "200 /state.json", "200 /viewer/"]);
      });
    });
  }
}

lane("the check for accessibility sees what is wrong", async () => {
  // The page's own policy would not let the faults in.
  await visit({ bypassCSP: true }, async (page) => {
    await page.addStyleTag({ content: ".lede { color: #ddd !important; background: #fff }" });
    await page.evaluate("document.images[0].removeAttribute('alt')");
    const found = (await violations(page)).map((text) => text.split(":")[0]);
    expect(found.sort()).toEqual(["color-contrast", "image-alt"]);
  });
});

lane("a name that is a script is shown, not run", async () => {
  await visit({}, async (page, said) => {
    expect(await page.textContent("h1")).toBe(evil);
    expect(await page.title()).toBe(`${evil}: a neuroglancer dataset`);
    expect(await page.textContent(".name")).toBe(evil);
    expect(await page.evaluate("document.scripts.length")).toBe(1);
    expect(said.filter((line) => line.startsWith("dialog") || line.startsWith("error"))).toEqual([]);
  });
});

lane("without scripts everything but copying is there", async () => {
  await visit({ javaScriptEnabled: false }, async (page) => {
    expect(await page.getAttribute("#open", "href")).toBe(
      "http://127.0.0.1:9000/viewer/#!http://127.0.0.1:9000/state.json",
    );
    expect(await page.isVisible("#copy")).toBe(false);
    expect(await page.textContent("main")).toContain("How it was made");
  });
});

lane("served on another port, the link is that of this server, and the viewer opens it", async () => {
  await visit({}, async (page) => {
    const link = (await page.getAttribute("#open", "href")) as string;
    expect(link).toBe(`${served.url}/viewer/#!${served.url}/state.json`);
    expect(await page.textContent("pre")).toContain(`CloudVolume("precomputed://${served.url}")`);
    const { failures, look } = await openLink(link);
    expect(failures).toEqual([]);
    expect(look?.layers).toMatchObject([{ withMesh: SEGMENTS }]);
  });
});

lane(
  "copied to a server that leaves state.json as it is, the link holds the state, pointed there",
  async () => {
    const state = await readFile(path.join(root, "state.json"), "utf8");
    expect(state).toContain("precomputed://http://127.0.0.1:9000");
    await visit({ state }, async (page) => {
      const link = (await page.getAttribute("#open", "href")) as string;
      expect(link.startsWith(`${served.url}/viewer/#!%7B`)).toBe(true);
      const { layers } = JSON.parse(decodeURIComponent(link.slice(link.indexOf("#!") + 2)));
      expect(layers[0].source).toBe(`precomputed://${served.url}`);
      expect((await openLink(link)).failures).toEqual([]);
    });
  },
);

lane("copied to a server without a viewer, the link is that of the public one", async () => {
  const bare = await serve({ root, port: 0 });
  const use = async (page: Page) => {
    const link = (await page.getAttribute("#open", "href")) as string;
    expect(link).toBe(`https://neuroglancer-demo.appspot.com/#!${bare.url}/state.json`);
  };
  await visit({}, use, bare.url).finally(() => bare.close());
});

lane("by keyboard: open, then copy, which says so and copies the link", async () => {
  await visit({ permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.id")).toBe("open");
    expect(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")).toBe("solid");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForFunction("document.getElementById('status').textContent === 'Link copied'");
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(
      await page.getAttribute("#open", "href"),
    );
    expect(await page.evaluate("document.activeElement.id")).toBe("copy");
  });
});

lane("where the browser has no clipboard for pages, copying works too", async () => {
  await visit({ permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
    await page.evaluate("globalThis.board = navigator.clipboard");
    await page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
    await page.click("#copy");
    await page.waitForFunction("document.getElementById('status').textContent === 'Link copied'");
    expect(await page.evaluate("board.readText()")).toBe(await page.getAttribute("#open", "href"));
    expect(await page.evaluate("document.querySelectorAll('textarea').length")).toBe(0);
  });
});
