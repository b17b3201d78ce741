import { existsSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { chromium } from "playwright-core";
import { ensureViewer } from "../../lib/server/viewer.ts";
import { type Expected, failuresOf } from "./judge.ts";

export type OpenOptions = {
  /** Where to put a picture of the page. */
  readonly png?: string;
  /** Milliseconds until everything must have loaded. */
  readonly timeout?: number;
  /** Positions (voxels of the state's dimensions) whose labels the viewer is asked for. */
  readonly at?: readonly (readonly number[] | Asked)[];
  /** What is typed when the server asks for a name and a password. */
  readonly credentials?: { readonly username: string; readonly password: string };
  /** What this view is like, where it is not like most. */
  readonly expected?: Expected;
};
/** The value of a layer by name, not of the first one that has any. */
export type Asked = { readonly layer: string; readonly at: readonly number[] };

export type Layer = {
  readonly name: string;
  readonly loading: boolean;
  readonly errors: readonly string[];
  /** Selected segments, and those of them whose manifest and fragments are all on the GPU. */
  readonly segments: number;
  readonly withMesh: number;
  readonly withoutMesh: readonly string[];
};
export type Look = {
  readonly ready: boolean;
  readonly chunks: { readonly loaded: number; readonly failed: number; readonly waiting: number };
  readonly layers: readonly Layer[];
  readonly messages: readonly string[];
};
/** One answer from the network; status 0 when there was none (CORS, refused, bad encoding). */
export type Fetched = { readonly url: string; readonly status: number; readonly why: string };
export type Panel = { readonly kind: "slice" | "mesh"; readonly coloured: number };

export type Report = {
  readonly ok: boolean;
  readonly failures: readonly string[];
  readonly seconds: number;
  readonly look: Look | undefined;
  readonly panels: readonly Panel[];
  readonly fetched: readonly Fetched[];
  /** Labels at `options.at`. */
  readonly values: readonly (string | undefined)[];
  /** Selected segments of each layer by its name. */
  readonly selected: Readonly<Record<string, readonly string[]>>;
  /** What there is to read on the page. */
  readonly text: string;
};
type Drawn = Pick<Report, "panels" | "values" | "selected" | "text">;

/** The folder of the viewer, built if it is not. @throws Error if it cannot be */
export async function builtViewer(): Promise<string> {
  const viewer = await ensureViewer((line) => console.warn(line));
  if (viewer === undefined) throw new Error("this lane needs the viewer");
  return viewer;
}

const FLAGS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"];
const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The browser to drive: of the variable CHROMIUM, or where Linux packages put it. */
export function findChromium(): string | undefined {
  return process.env["CHROMIUM"] ?? PLACES.find((file) => existsSync(file));
}

/**
 * Opens a viewer link in headless Chromium (software WebGL), waits until the view is settled, and reports
 * what was fetched, loaded and drawn. The viewer draws a chunk that is missing or refused as background
 * without a word, so its own opinion, the network and the pixels are all looked at.
 */
export async function openLink(link: string, options: OpenOptions = {}): Promise<Report> {
  const since = performance.now();
  const executablePath = findChromium();
  if (executablePath === undefined)
    throw new Error("no Chromium: install it (Debian package chromium) or set CHROMIUM");
  const browser = await chromium.launch({ executablePath, args: [...FLAGS, "--ignore-gpu-blocklist"] });
  try {
    const { credentials } = options;
    const page = await browser.newPage({
      viewport: { width: 1280, height: 900 },
      ...(credentials && { httpCredentials: credentials }),
    });
    await page.addInitScript({ path: path.join(import.meta.dirname, "probe.js") });
    const fetched = listen(page);
    await page.goto(link, { timeout: 60_000 });
    const look = await settle(page, options.timeout ?? 60_000);
    if (options.png !== undefined) await page.screenshot({ path: options.png });
    const drawn = look === undefined ? nothing : await draw(page, options.at ?? []);
    const failures = failuresOf({ look, panels: drawn.panels, fetched }, options.expected);
    const seconds = (performance.now() - since) / 1000;
    return { ok: failures.length === 0, failures, seconds, look, fetched, ...drawn };
  } finally {
    await browser.close();
  }
}

/** Collects every answer, the viewer's workers' too. */
function listen(page: Page): Fetched[] {
  const fetched: Fetched[] = [];
  page.on("response", (response) => {
    fetched.push({ url: response.url(), status: response.status(), why: response.statusText() });
  });
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText ?? "failed";
    // A request the viewer itself gave up, since the view no longer needs it, is no fault.
    if (why !== "net::ERR_ABORTED") fetched.push({ url: request.url(), status: 0, why });
  });
  return fetched;
}

/**
 * Waits until nothing is on its way for a second, whether the viewer is content or not: with a failed chunk
 * it never calls itself ready. Right after a layer appears nothing has been asked for yet, so that calm
 * without ready has to last longer.
 */
async function settle(page: Page, timeout: number): Promise<Look | undefined> {
  const end = performance.now() + timeout;
  let calmSince = Number.POSITIVE_INFINITY;
  let look: Look | undefined;
  while (performance.now() < end) {
    await page.waitForTimeout(200);
    look = await page.evaluate<Look | undefined>("neuropress.look()");
    const calm =
      look?.chunks.waiting === 0 && look.layers.length > 0 && !look.layers.some(({ loading }) => loading);
    const lost = look?.messages.some((text) => /error/i.test(text)) ?? false;
    if (!calm && !lost) calmSince = Number.POSITIVE_INFINITY;
    else calmSince = Math.min(calmSince, performance.now());
    if (performance.now() - calmSince > (look?.ready ? 1000 : 4000)) break;
  }
  return look;
}

const nothing: Drawn = { panels: [], values: [], selected: {}, text: "" };

async function draw(page: Page, at: OpenOptions["at"] & object): Promise<Drawn> {
  const ask = <T>(call: string, ...args: unknown[]) =>
    page.evaluate<T>(`neuropress.${call}(...${JSON.stringify(args)})`);
  const values: (string | undefined)[] = [];
  for (const asked of at) {
    values.push(await ("layer" in asked ? ask("valueAt", asked.at, asked.layer) : ask("valueAt", asked)));
  }
  const selected = await ask<Drawn["selected"]>("selected");
  const text = await page.innerText("body");
  await ask("bare");
  await page.waitForTimeout(600);
  return { panels: await ask<Panel[]>("panels"), values, selected, text };
}
