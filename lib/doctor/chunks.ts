import { product, type Vec3 } from "../format/vec.ts";
import { checkAbsent } from "./absent.ts";
import { inLanes } from "./lanes.ts";
import { createObserver, type Observed } from "./observed.ts";
import { chunksBelow, type Point, pointsOf } from "./point.ts";
import { openScale, type Reader } from "./reader.ts";
import { allChunks, sampleChunks } from "./sample.ts";
import type { Visit } from "./visit.ts";
import type { Volume } from "./volume.ts";

/** What came of the chunks of one reader. */
export type Round = {
  readonly reader: Reader;
  readonly asked: number;
  readonly absent: readonly { readonly at: Vec3; readonly status: number }[];
  /** Whether every chunk of the scale was asked for. */
  readonly complete: boolean;
  readonly bad: number;
};

/**
 * Looks at chunks of every scale, from coarse to fine: what a coarse scale shows says where a finer one must have chunks,
 * however sparse the data are.
 */
export async function visitChunks(visit: Visit, volume: Volume): Promise<Observed> {
  const coarsest = volume.scales.at(-1);
  const observer = createObserver(coarsest?.resolution ?? [1, 1, 1]);
  const rounds: Round[] = [];
  let points: readonly Point[] = [];
  for (const scale of volume.scales.toReversed()) {
    const next: Point[] = [];
    for (const chunkSize of scale.chunkSizes) {
      const reader = openScale(visit, volume, { scale, chunkSize });
      const isFirst = scale === coarsest && chunkSize === scale.chunkSizes[0];
      rounds.push(
        await readRound(visit, reader, { points, next, observe: isFirst ? observer.add : undefined }),
      );
      if (isFirst) observer.isComplete = isWhole(rounds.at(-1));
    }
    points = next;
  }
  await checkAbsent(visit, rounds);
  return observer.end();
}

function isWhole(round: Round | undefined): boolean {
  return round?.complete === true && round.absent.length === 0 && round.bad === 0;
}

type Use = {
  readonly points: readonly Point[];
  readonly next: Point[];
  readonly observe: ReturnType<typeof createObserver>["add"] | undefined;
};

async function readRound(visit: Visit, reader: Reader, { points, next, observe }: Use): Promise<Round> {
  const chosen = new Map(
    [...sampleChunks(reader.grid), ...chunksBelow(points, reader)].map((at) => [at.join(), at]),
  );
  const places = visit.all ? allChunks(reader.grid) : chosen.values();
  const absent: { at: Vec3; status: number }[] = [];
  let bad = 0;
  let asked = 0;
  let left = 0;
  const before = visit.ask.count.bytes;
  await inLanes(places, async (at) => {
    // A browser would not read more of one scale for its first picture.
    if (!visit.all && visit.ask.count.bytes - before > mostBytes) {
      left++;
      return;
    }
    asked++;
    const read = await reader.read(at);
    if (read.kind === "missing") absent.push({ at, status: read.status });
    else if (read.kind === "bad") bad++;
    else if (read.voxels !== undefined) {
      if (next.length < mostPoints) next.push(...pointsOf(read.voxels, reader, at));
      observe?.(read.voxels, reader, at);
    }
  });
  if (left > 0)
    visit.chart.note(
      `${reader.scale.key}/`,
      `${left} chunks of the sample were left out after ${mostBytes / 2 ** 20} MiB; --all reads all`,
    );
  return { reader, asked, absent, bad, complete: asked >= product(reader.grid) };
}

/** Of each scale. */
const mostPoints = 32;
const mostBytes = 2 ** 26;
