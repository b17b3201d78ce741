import type { Layout } from "./layout.ts";
import { type CheckName, checks, findingsOf, isSound, type Report } from "./report.ts";
import { scaleName } from "./totals.ts";

/** One check of a receipt. */
export type ReceiptCheck = {
  readonly what: string;
  readonly ok: boolean;
  /** Things looked at, and how many of them are wrong. */
  readonly checked: number;
  readonly wrong: number;
  /** The first of what is wrong. */
  readonly first?: readonly { readonly at: string; readonly found: string }[];
  readonly figures?: Readonly<Record<string, number | readonly string[]>>;
};

/** What was checked of a dataset, and what was found: `receipt.json`. */
export type Receipt = {
  readonly "@type": "neuropress_receipt";
  /** Name and version of what has checked. */
  readonly program: string;
  readonly ok: boolean;
  readonly checks: Readonly<Record<string, ReceiptCheck>>;
  readonly scales: readonly {
    readonly key: string;
    readonly voxels: number;
    readonly segments: number;
    /** Segments of the scale before that this one has no voxel of; the first of them by id. */
    readonly lost: number;
    readonly lost_first: readonly string[];
  }[];
  /** What was not checked, and why. */
  readonly unchecked: readonly string[];
};

/** Figures that are of no use to people. */
const inner = /^(print [ab]|(voxels|segments) of scale \d+|lost in scale \d+)$/;

/** Equal datasets have equal receipts: there is no time in it, nor how the work was split. */
export function receiptOf(
  report: Report,
  {
    layout,
    program,
    unchecked,
  }: { layout: Layout | undefined; program: string; unchecked: readonly string[] },
): Receipt {
  const done = (Object.keys(checks) as CheckName[]).filter((name) => report[name] !== undefined);
  const figure = (check: CheckName, name: string) => report[check]?.sums[name] ?? 0;
  return {
    "@type": "neuropress_receipt",
    program,
    ok: layout !== undefined && isSound(report),
    checks: Object.fromEntries(done.map((name) => [name, checkOf(report, name)])),
    scales: (layout?.scales ?? []).map((_, k) => ({
      key: scaleName(layout as Layout, k),
      voxels: figure("voxels", `voxels of scale ${k}`),
      segments: figure("ids", `segments of scale ${k}`),
      lost: figure("ids", `lost in scale ${k}`),
      lost_first: report.ids?.ids[`lost in scale ${k}`] ?? [],
    })),
    unchecked,
  };
}

function checkOf(report: Report, name: CheckName): ReceiptCheck {
  const { of = 0, wrong = 0, first = [], sums = {}, most = {}, ids = {} } = report[name] ?? {};
  const figures = Object.entries({ ...sums, ...most, ...ids })
    .filter(([figure]) => !inner.test(figure))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    // Sums of fractions depend on their order in the last digits.
    .map(([figure, value]) => [figure, typeof value === "number" ? Number(value.toPrecision(9)) : value]);
  return {
    what: checks[name],
    ok: wrong === 0,
    checked: of,
    wrong,
    ...(first.length > 0 && { first }),
    ...(figures.length > 0 && { figures: Object.fromEntries(figures) }),
  };
}

/** What is wrong, a line for each finding; empty if all is well. */
export function wrongLines(report: Report): string[] {
  return findingsOf(report).map(({ check, finding }) => `${check}: ${finding.at}: ${finding.found}`);
}

/** The one line of a dataset that is as it should be. */
export function soundLine({ checks: done, scales, unchecked }: Receipt): string {
  const [full] = scales;
  const count = (value = 0) => value.toLocaleString("en");
  const chunks = Object.entries(done["chunks"]?.figures ?? {})
    .filter(([name]) => name.startsWith("chunks of scale"))
    .reduce((sum, [, value]) => sum + Number(value), 0);
  const parts = [
    `${count(full?.voxels)} voxels in ${count(chunks)} chunks of ${scales.length} scales`,
    `${count(full?.segments)} segments`,
    ...(done["closed"] ? [`${count(done["closed"].checked)} meshes`] : []),
    ...(done["source"] ? ["equal to the source"] : []),
  ];
  const rest = unchecked.length === 0 ? "" : ` (not checked: ${unchecked.join("; ")})`;
  return `verified: ${parts.join(", ")}${rest}`;
}
