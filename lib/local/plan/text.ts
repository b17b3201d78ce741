import { shown } from "../../plan/figure.ts";
import type { Expected } from "../../plan/forecast.ts";
import { pace } from "../../plan/pace.ts";
import { priceList } from "../../plan/price.ts";
import type { Ahead } from "./ahead.ts";

/** A plan for people: what was found, what would be made, what that takes. */
export function planText(ahead: Ahead): string {
  const { plan, samples, largestId, forecast } = ahead;
  const { objects, local, cloud } = forecast;
  const rows: [string, string][] = [
    ["slices", orderText(ahead)],
    ["samples", `${samples.join(", ")}: ids up to ${largestId}`],
    ["labels", typeText(ahead)],
    ["size", `${plan.scales[0]?.size.join(" x ")} voxels, ${shown.count(forecast.voxels)} in all`],
    ["", `${forecast.millimetres.map((mm) => `${Number(mm.toPrecision(4))}`).join(" x ")} mm`],
    ...plan.scales.map(({ key, size, chunkSize }, i): [string, string] => [
      i === 0 ? "scales" : "",
      `${key}: ${size.join(" x ")}, ${shown.plural(objects.chunks[i] ?? 0, "chunk")} of ${chunkSize.join(" x ")}`,
    ]),
    ["objects", objectText(ahead)],
    ["bytes", range(forecast.bytes, shown.bytes)],
    ["here", `${range(local.seconds, shown.seconds)} with ${shown.plural(local.threads, "thread")}`],
    ["Lambda", `${range(cloud.seconds, shown.seconds)} with ${cloud.concurrency} calls at a time`],
    ["cost", `${range(cloud.usd, shown.usd)} at list prices of ${priceList.date}`],
    ...costRows(ahead),
    ...cloud.quotas.map((quota, i): [string, string] => [i === 0 ? "quotas" : "", quota]),
    ...(cloud.quotas.length === 0 ? [["quotas", "none would bind"] as [string, string]] : []),
    ...plan.notes.map((note): [string, string] => ["note", note]),
    ...(plan.ignored.length > 0 ? [["ignored", names(plan.ignored)] as [string, string]] : []),
  ];
  const { date, machine } = pace.origin;
  return [
    ...rows.map(([name, text]) => `${name.padEnd(8)} ${text}`),
    "",
    `Chunks and objects are counted. Time, bytes and cost are reckoned from a measured run (${date}, ${machine});`,
    "in brackets is where they may end on other machines and with other labels (docs/plan.md).",
    "",
  ].join("\n");
}

/** The same for programs: numbers without words, and the plan's own scales. */
export function planJson({ plan, samples, largestId, typeIsKnown, numbering, forecast }: Ahead): unknown {
  const { info, scales, slices, files, notes, ignored, voxelOffset, options } = plan;
  return {
    slices: {
      count: slices.length,
      files: files.length,
      first: files[0]?.name,
      last: files.at(-1)?.name,
      ...(numbering && {
        numbers: { first: `${numbering.first}`, last: `${numbering.last}`, step: `${numbering.step}` },
      }),
      gaps: 0,
    },
    samples,
    largestId,
    dataType: info.data_type,
    dataTypeIsKnown: typeIsKnown,
    encoding: info.scales[0]?.encoding,
    voxelOffset,
    options,
    scales: scales.map((scale, i) => ({ ...scale, chunks: forecast.objects.chunks[i] })),
    notes,
    ignored,
    ...forecast,
    calibration: pace.origin,
    prices: { date: priceList.date, source: priceList.source },
  };
}

function orderText({ plan: { files, slices }, numbering }: Ahead): string {
  const [first, last] = [files[0]?.name, files.at(-1)?.name];
  if (numbering === undefined) return `${shown.count(slices.length)} pages of ${first}, in their order`;
  const { first: from, last: to, step } = numbering;
  return `${shown.count(slices.length)}, z from ${first} to ${last}: numbers ${from} to ${to} in steps of ${step}, no gaps`;
}

function typeText({ plan: { info }, typeIsKnown }: Ahead): string {
  const encoding = info.scales[0]?.encoding;
  if (typeIsKnown || info.data_type !== "uint64") return `${info.data_type}, ${encoding}`;
  return `uint64, or uint32 if all ids fit it (info has no data_type: a run reads all ids first), ${encoding}`;
}

function objectText({ forecast: { objects, segments, segmentsAreKnown } }: Ahead): string {
  const chunks = objects.chunks.reduce((sum, count) => sum + count, 0);
  const known = `${shown.plural(chunks, "chunk")} and ${objects.beside.length} beside them`;
  if (objects.perSegment === 0) return `${shown.count(objects.known)}: ${known}`;
  const many = segmentsAreKnown
    ? `of ${shown.count(segments)} segments`
    : `of perhaps ${shown.count(segments)} (--segments N)`;
  return `${shown.count(objects.known)}: ${known}; and ${objects.perSegment} per segment, ${many}`;
}

function costRows({ forecast: { cloud } }: Ahead): [string, string][] {
  const { usage, cost } = cloud;
  const amounts = {
    compute: usage.gbSeconds,
    calls: usage.calls,
    transitions: usage.transitions,
    puts: usage.puts + usage.lists,
    gets: usage.gets + usage.heads,
  };
  const parts = Object.entries(priceList.prices) as [keyof typeof amounts, { name: string; unit: string }][];
  return parts.map(([part, { name, unit }]) => [
    "",
    `${name}: ${shown.usd(cost.parts[part])}, ${shown.count(amounts[part])} ${unit}s`,
  ]);
}

function range({ least, expected, most }: Expected, text: (value: number) => string): string {
  return `${text(expected)} (${text(least)} to ${text(most)})`;
}

function names(list: readonly string[]): string {
  const some = list.slice(0, 5).join(", ");
  return list.length > 5 ? `${some} and ${list.length - 5} more` : some;
}
