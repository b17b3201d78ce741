import { colorText, segmentColor } from "./color.ts";
import type { VolumeInfo, VolumeScale } from "./dataset.ts";
import { splitId } from "./label.ts";
import { largest } from "./largest.ts";
import type { Segment } from "./measure.ts";
import { escapeHtml, listOf, tableOf } from "./page/html.ts";
import { contentPolicy } from "./page/policy.ts";
import { bytesText, grouped, lengthText, volumeText } from "./page/quantity.ts";
import { script } from "./page/script.ts";
import { snippets } from "./page/snippet.ts";
import { style } from "./page/style.ts";
import { stateLink } from "./state.ts";
import { mapVec, product, type Vec3 } from "./vec.ts";

/** What is shown of a receipt (lib/verify/receipt.ts). */
export type ShownReceipt = {
  readonly program: string;
  readonly ok: boolean;
  readonly checks: Readonly<
    Record<string, { readonly what: string; readonly checked: number; readonly wrong: number }>
  >;
  readonly unchecked: readonly string[];
};

export type PageInput = {
  readonly name: string;
  /** URL of the folder that holds `info`, no slash at its end. */
  readonly url: string;
  readonly viewer: string;
  readonly info: VolumeInfo;
  readonly segments: readonly Pick<Segment, "id" | "voxels">[];
  /** Names and `#rrggbb` colours of segments by id, of all or some. */
  readonly labels?: ReadonlyMap<string, string>;
  readonly colors?: ReadonlyMap<string, string>;
  /** Chunks and meshes that were published, if known. */
  readonly published?: { readonly objects: number; readonly bytes: number };
  /** Key of the picture, relative to the page, and its pixels. */
  readonly picture?: { readonly key: string; readonly width: number; readonly height: number };
  /** What was verified, and the key of the receipt relative to the page. */
  readonly receipt?: { readonly key: string; readonly receipt: ShownReceipt };
  readonly made: {
    readonly program: string;
    readonly slices: number;
    readonly downsampling: string;
    /** Bound of the simplification in voxels. */
    readonly meshError: number;
    /** Key of the provenance, relative to the page. */
    readonly provenance: string;
    /** Key of the segment table, relative to the page. */
    readonly table: string;
  };
};

/** Where links lead if the page was copied to a server that has no viewer. */
const publicViewer = "https://neuroglancer-demo.appspot.com/";
const shownSegments = 10;

/**
 * `index.html` of a dataset: what it is, how large, how to open it. One file without anything from elsewhere but
 * its picture; readable without scripts. All text of users is escaped, and the page's policy lets only its own script
 * run.
 */
export function datasetPage(input: PageInput): string {
  const { info, name, url, viewer } = input;
  const [full] = info.scales;
  if (full === undefined) throw new Error("info has no scale");
  const title = escapeHtml(name);
  const sheet = `${style}${swatchesOf(input)}`;
  const summary = summaryOf(input, full);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy({ style: sheet, script })}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}: a neuroglancer dataset</title>
<meta name="description" content="${summary}">
<meta property="og:title" content="${title}">
<meta property="og:description" content="${summary}">
${input.picture ? `<meta property="og:image" content="${escapeHtml(`${url}/${input.picture.key}`)}">\n` : ""}<link rel="icon" href="data:,">
<style>${sheet}</style>
</head>
<body>
<header>
<p class="kind">Segmentation, neuroglancer precomputed</p>
<h1>${title}</h1>
<p class="lede">${summary}</p>
<p class="actions">
<a id="open" class="button main" href="${escapeHtml(stateLink(viewer, `${url}/state.json`))}" data-url="${escapeHtml(url)}" data-viewer="${publicViewer}">Open in neuroglancer</a>
<button id="copy" class="button" type="button" hidden>Copy link</button>
<span id="status" role="status"></span>
</p>
</header>
<main>
${pictureOf(input)}
<div class="pair">
${factsOf(input, full)}
${segmentsOf(input, full)}
</div>
${scalesOf(info)}
${codeOf(input, full)}
${receiptOf(input)}
${madeOf(input)}
</main>
<footer>Made with ${escapeHtml(input.made.program)} from a stack of TIFF label slices.</footer>
<script type="module">${script}</script>
</body>
</html>
`;
}

function summaryOf({ segments }: PageInput, { size, resolution }: VolumeScale): string {
  const count = segments.length === 1 ? "1 segment" : `${grouped(segments.length)} segments`;
  return `${count} in ${times(size)} voxels of ${times(resolution)} nm.`;
}

function pictureOf({ picture }: PageInput): string {
  if (picture === undefined) return "";
  return `<figure><img src="${escapeHtml(picture.key)}" width="${picture.width}" height="${picture.height}" alt="Three sections through the middle of the volume, segments in colour"><figcaption>Sections through the middle: xy, xz and yz, at one scale. Colours are those of the viewer.</figcaption></figure>`;
}

function factsOf(input: PageInput, full: VolumeScale): string {
  const { size, resolution } = full;
  const { info, published } = input;
  const extents = mapVec((d) => size[d] * resolution[d]).map(lengthText);
  const entries: (readonly [string, string])[] = [
    ["Size", `${times(size)} voxels`],
    ["Voxel", `${times(resolution)} nm`],
    ["Extent", extents.join(" × ")],
    ["Segments", grouped(input.segments.length)],
    ["Data", `${info.data_type}, ${full.encoding.replace("_", " ")}`],
  ];
  if (published !== undefined)
    entries.push([
      "Published",
      `${bytesText(published.bytes)} in ${grouped(published.objects)} chunks and meshes`,
    ]);
  if (full.voxel_offset.some((v) => v !== 0))
    entries.push(["Offset", `${full.voxel_offset.join(", ")} voxels`]);
  return `<section class="facts"><h2>Volume</h2>${listOf(entries)}</section>`;
}

function segmentsOf({ segments, labels, made }: PageInput, full: VolumeScale): string {
  if (segments.length === 0) return `<section><h2>Segments</h2><p class="note">There are none.</p></section>`;
  const voxelVolume = product(full.resolution);
  const rows = largest(segments, shownSegments).map(({ id, voxels }, i) => {
    const label = labels?.get(id) ?? "";
    const name = label === "" ? "" : `<span class="name">${escapeHtml(label)}</span>`;
    const swatch = `<span class="swatch s${i}"></span>`;
    return [
      `${swatch}${name}<span class="id">${id}</span>`,
      volumeText(voxels * voxelVolume),
      grouped(voxels),
    ];
  });
  const caption = segments.length > shownSegments ? "Largest segments" : "Segments";
  const table = tableOf(["Segment", "Volume", "Voxels"], rows, { caption, text: 1 });
  const all = `<p class="note"><a href="${escapeHtml(made.table)}">All segments</a> with volume, surface, centroid and box, as CSV.</p>`;
  return `<section><h2>${caption}</h2>${table}${all}</section>`;
}

/** Colours of the rows, in the sheet: the page's policy knows no styles of elements. */
function swatchesOf({ segments, colors }: PageInput): string {
  const shown = largest(segments, shownSegments);
  return shown.map(({ id }, i) => `.s${i}{background:${colorOf(id, colors)}}\n`).join("");
}

function colorOf(id: string, colors: PageInput["colors"]): string {
  const chosen = colors?.get(id);
  if (chosen !== undefined && /^#[0-9a-f]{6}$/i.test(chosen)) return chosen;
  const { lo, hi } = splitId(BigInt(id));
  return colorText(segmentColor(lo, hi));
}

function scalesOf({ scales }: VolumeInfo): string {
  const rows = scales.map(({ key, size, resolution, chunk_sizes: [chunk] }) => [
    // Below a version only the last step is the scale's name.
    `<span class="id">${escapeHtml(key.slice(key.lastIndexOf("/") + 1))}</span>`,
    times(size),
    times(resolution),
    times(chunk),
  ]);
  const headings = ["Scale", "Voxels", "Voxel, nm", "Chunk"];
  return `<section><h2>Scales</h2>${tableOf(headings, rows, { caption: "Scales", text: 1 })}</section>`;
}

function codeOf({ name, url, info, segments }: PageInput, full: VolumeScale): string {
  const [first] = info.mesh === undefined ? [] : largest(segments, 1);
  const found = snippets({ name, url, full, ...(first && { id: first.id }) });
  const parts = found.map(
    ({ title, code, note }) =>
      `<h3>${title}</h3>\n<pre tabindex="0">${code}</pre>${note === undefined ? "" : `<p class="note">${note}</p>`}`,
  );
  return `<section><h2>Open from Python</h2>${parts.join("\n")}</section>`;
}

function receiptOf({ receipt: given }: PageInput): string {
  if (given === undefined) return "";
  const { key, receipt } = given;
  const rows = Object.values(receipt.checks).map(({ what, checked, wrong }) => [
    escapeHtml(what),
    grouped(checked),
    grouped(wrong),
  ]);
  const table = tableOf(["Check", "Looked at", "Wrong"], rows, { caption: "Verified", text: 1 });
  const rest = receipt.unchecked.map(escapeHtml).join("; ");
  const note = `Everything was read back and judged by code of its own before it was published${rest === "" ? "" : `; not judged: ${rest}`}. <a href="${escapeHtml(key)}">The receipt</a> has all figures.`;
  return `<section><h2>Verified</h2>${table}<p class="note">${note}</p></section>`;
}

function madeOf({ info, made }: PageInput): string {
  const simplified =
    made.meshError === 0 ? "full-resolution surface" : `simplified, error bound ${made.meshError} voxel`;
  return `<section class="facts"><h2>How it was made</h2>${listOf([
    ["Program", escapeHtml(made.program)],
    ["Input", `${grouped(made.slices)} slices`],
    ["Downsampling", escapeHtml(made.downsampling)],
    ["Meshes", info.mesh === undefined ? "none" : `one per segment, ${simplified}`],
    ["Provenance", `<a href="${escapeHtml(made.provenance)}">inputs with their hashes, options</a>`],
  ])}</section>`;
}

function times(v: Vec3): string {
  return v.map(grouped).join(" × ");
}
