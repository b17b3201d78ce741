import { shown } from "./figure.ts";
import type { Forecast } from "./forecast.ts";
import type { Plan } from "./plan.ts";

/** A plan in one line, said before a run on this machine. */
export function localLine(plan: Plan, { local, ...forecast }: Forecast): string {
  const { threads, seconds } = local;
  const many = threads === 1 ? "one thread" : `${threads} threads`;
  return `${extent(plan, forecast)}: about ${shown.seconds(seconds.expected)} with ${many}, ${shown.bytes(forecast.bytes.expected)}`;
}

/** A plan in two lines, said before a run in the cloud. */
export function cloudLines(plan: Plan, { cloud, ...forecast }: Forecast): string[] {
  const { usd, seconds, concurrency } = cloud;
  const known = forecast.segmentsAreKnown
    ? ""
    : `, if there are about ${shown.count(forecast.segments)} segments`;
  return [
    `${extent(plan, forecast)}: about ${shown.seconds(seconds.expected)} with ${concurrency} calls at a time`,
    `expected cost: ${shown.usd(usd.expected)} (${shown.usd(usd.least)} to ${shown.usd(usd.most)})${known}`,
  ];
}

/**
 * Why a run must not start, if it is expected to cost more than it may.
 *
 * @param most US dollars
 */
export function overBudget({ cloud }: Pick<Forecast, "cloud">, most: number): string | undefined {
  const { expected } = cloud.usd;
  if (expected <= most) return undefined;
  return `the run is expected to cost ${shown.usd(expected)}, and --max-usd allows ${shown.usd(most)}`;
}

function extent({ scales }: Plan, { objects }: Pick<Forecast, "objects">): string {
  const [full] = scales;
  const chunks = objects.chunks.reduce((sum, count) => sum + count, 0);
  const size = full?.size.join(" x ");
  return `${size} voxels, ${shown.plural(scales.length, "scale")}, ${shown.plural(chunks, "chunk")}`;
}
