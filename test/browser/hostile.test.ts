import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { datasetPage } from "../../lib/format/page.ts";
import { convert } from "../../lib/local/convert.ts";
import { makeSample, sampleIds } from "../../lib/local/sample.ts";
import { type Served, serve } from "../../lib/server/serve.ts";
import { active, lane } from "./lane.ts";
import { builtViewer, findChromium, openLink } from "./open.ts";

/** As much as a folder's name may hold of what breaks out of elements, attributes, scripts, strings and lines. */
const name = `<img src=x onerror=alert(1)><svg onload=alert(2)>"'&#39;\`\${alert(3)}\u2028\u202eevil\u202c-->]]>{{7*7}}%3Cscript%3E`;
const labels = [
  `<script>alert(4)</script>`,
  `</script><script>alert(5)</script><!--`,
  `"onmouseover="alert(6)" x='`,
  `javascript:alert(7)`,
  `\u202eright to left\u2066 \u2028 next line \u2029 and the one after`,
  `<img src=x onerror=alert(8)>${"long".repeat(3000)}`,
  `=HYPERLINK("http://evil.example")`,
  `\u0000\u0007\u001b[31m red`,
];
let folder: string;
let root: string;
let served: Served;
let browser: Browser;

beforeAll(async () => {
  if (!active) return;
  folder = await mkdtemp(path.join(tmpdir(), "neuropress-hostile-"));
  const input = path.join(folder, "in");
  await makeSample(input);
  const ids = [...new BigUint64Array(sampleIds().buffer)].filter((id) => id !== 0n);
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const lines = ids.map((id, i) => `${id},${quoted(labels[i % labels.length]!)},#12345${i % 10}`);
  await writeFile(path.join(input, "labels.csv"), `id,label,color\n${lines.join("\n")}\n`);
  root = path.join(folder, name);
  await convert({ input, output: root });
  served = await serve({ root, port: 0, viewer: await builtViewer() });
  browser = await chromium.launch({ executablePath: findChromium() as string, args: ["--no-sandbox"] });
});

afterAll(async () => {
  await browser?.close();
  await served?.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

type Visit = { readonly page: Page; readonly alarms: string[]; readonly foreign: string[] };

/** Opens an address and notes whatever ran that should not: dialogs, errors, what the policy stopped, foreign requests. */
async function visit(url: string, use: (visit: Visit) => Promise<void>, script?: string): Promise<void> {
  const page = await browser.newPage();
  const alarms: string[] = [];
  const foreign: string[] = [];
  page.on("dialog", (dialog) => {
    alarms.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("pageerror", (error) => alarms.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (/Content.Security.Policy/i.test(message.text())) alarms.push(message.text());
  });
  page.on("request", (request) => {
    if (!/^(data|blob|file):/.test(request.url()) && !request.url().startsWith(`${served.url}/`))
      foreign.push(request.url());
  });
  if (script !== undefined) await page.addInitScript(script);
  try {
    await page.goto(url, { waitUntil: "networkidle" });
    await use({ page, alarms, foreign });
  } finally {
    await page.close();
  }
}

lane("the page shows hostile names as text, and nothing of them runs", async () => {
  await visit(`${served.url}/`, async ({ page, alarms, foreign }) => {
    expect(await page.textContent("h1")).toBe(name);
    expect(await page.title()).toBe(`${name}: a neuroglancer dataset`);
    const shown = await page.$$eval(".name", (names) => names.map(({ textContent }) => textContent));
    expect(shown.length).toBeGreaterThan(5);
    const known = new Set(labels.map((label) => label.replaceAll("\u0000", "\ufffd")));
    expect(shown.filter((label) => !known.has(label ?? ""))).toEqual([]);
    expect(await page.evaluate("document.scripts.length")).toBe(1);
    expect(await page.evaluate("document.images.length")).toBe(1);
    expect(await page.evaluate("document.images[0].naturalWidth")).toBeGreaterThan(100);
    // Colours come through the policy.
    const color = await page.evaluate("getComputedStyle(document.querySelector('.swatch')).backgroundColor");
    expect(color).toMatch(/^rgb\(18, 52, \d+\)$/);
    const bare = await page.$$eval("[onerror],[onload],[onmouseover],[style]", (found) => found.length);
    expect(bare).toBe(0);
    const links = await page.$$eval("a", (all) => all.map(({ href }) => href));
    expect(links.every((href) => href.startsWith(`${served.url}/`))).toBe(true);
    expect({ alarms, foreign }).toEqual({ alarms: [], foreign: [] });
  });
});

lane("from a disk the page is whole, too", async () => {
  await visit(pathToFileURL(path.join(root, "index.html")).href, async ({ page, alarms }) => {
    expect(await page.evaluate("document.images[0].naturalWidth")).toBeGreaterThan(100);
    expect(await page.isVisible("#copy")).toBe(true);
    expect(alarms).toEqual([]);
  });
});

lane("should a name ever get through unescaped, the policy stops it", async () => {
  const html = await readFile(path.join(root, "index.html"), "utf8");
  const hole = html.replace(
    "<main>",
    `<main><img src=x onerror=alert(9)><script>alert(10)</script><b style="color:red">`,
  );
  await writeFile(path.join(root, "hole.html"), hole);
  await visit(`${served.url}/hole.html`, async ({ page, alarms }) => {
    expect(alarms.filter((text) => text.startsWith("dialog"))).toEqual([]);
    expect(alarms.filter((text) => /Content.Security.Policy/i.test(text)).length).toBeGreaterThanOrEqual(3);
    // What belongs there works on.
    expect(await page.isVisible("#copy")).toBe(true);
  });
  // Without the policy the same hole would have been one: the test can fail.
  await writeFile(path.join(root, "hole.html"), hole.replace(/<meta http-equiv[^>]*>/, ""));
  await visit(`${served.url}/hole.html`, async ({ alarms }) => {
    expect(alarms).toEqual(expect.arrayContaining(["dialog: 9", "dialog: 10"]));
  });
});

lane("state, table and links are valid, and hold the names to the letter", async () => {
  const state = JSON.parse(await (await fetch(`${served.url}/state.json`)).text());
  expect(state.layers.at(-1).name).toBe(name);
  expect(state.layers.at(-1).source).toBe(`precomputed://${served.url}`);
  type Table = { inline: { properties: { id: string; values: string[] }[] } };
  const table = (await (await fetch(`${served.url}/segment_properties/info`)).json()) as Table;
  const found = new Set(table.inline.properties.find(({ id }) => id === "label")?.values);
  expect([...found].sort()).toEqual([...labels].sort());
});

lane("the viewer opens it: layer and labels are text, every mesh is there, nothing runs", async () => {
  const report = await openLink(served.link);
  expect(report.failures).toEqual([]);
  expect(report.look?.layers).toMatchObject([{ name }]);
  await visit(served.link, async ({ page, alarms, foreign }) => {
    const says = (text: string) =>
      page.waitForFunction(`document.body.textContent.includes(${JSON.stringify(text)})`, undefined, {
        timeout: 60_000,
      });
    await says(labels[0]!);
    await says("<img src=x onerror=alert(1)>");
    expect(
      await page.$$eval("script", (all) => all.filter((one) => one.textContent?.includes("alert")).length),
    ).toBe(0);
    expect(await page.$$eval("[onerror],[onload],[onmouseover]", (all) => all.length)).toBe(0);
    expect({ alarms, foreign }).toEqual({ alarms: [], foreign: [] });
  });
});

lane("in the cloud the name lies in addresses as well: a project of several steps", async () => {
  const project = `<script>alert(11)</script>'"/javascript:alert(12)`;
  const url = `${served.url}/${project.split("/").map(encodeURIComponent).join("/")}`;
  const info = JSON.parse(await readFile(path.join(root, "info"), "utf8"));
  const html = datasetPage({
    ...{ name: project, url, viewer: `${served.url}/viewer/`, info, segments: [] },
    made: {
      program: "neuropress",
      slices: 1,
      downsampling: "majority",
      meshError: 0,
      provenance: "provenance.json",
      table: "segments.csv",
    },
  });
  await writeFile(path.join(root, "cloud.html"), html);
  await visit(`${served.url}/cloud.html`, async ({ page, alarms, foreign }) => {
    expect(await page.textContent("h1")).toBe(project);
    expect(await page.evaluate("document.scripts.length")).toBe(1);
    expect({ alarms, foreign }).toEqual({ alarms: [], foreign: [] });
  });
  const [, href] = /id="open"[^>]*href="([^"]*)"/.exec(html) ?? [];
  expect(href?.replaceAll("&#39;", "'")).toBe(`${served.url}/viewer/#!${url}/state.json`);
});
