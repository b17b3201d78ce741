/** What is checked, in words: the names of the receipt's checks, in the order in which people read them. */
export const checks = {
  info: "info is that of a segmentation, its scales fit each other and the input",
  objects: "every object's bytes are encoded as its headers say",
  cors: "browsers of other origins may read every kind of object",
  chunks: "every chunk of every scale is there, decodes, and has its shape",
  source: "scale 0 is the source, voxel for voxel",
  pyramid: "every voxel of a further scale is a majority of the scale before",
  ids: "no scale has an id that the scale before lacks",
  voxels: "voxels per id add up to the volume",
  table: "the segment table says of every id what the voxels say",
  manifests: "every segment has its manifest, and no other id has one",
  fragments: "every fragment is there and whole",
  closed: "meshes are closed",
  manifold: "meshes are manifold",
  outward: "meshes are wound outward",
  box: "a mesh's box is that of its voxels",
  volume: "a mesh encloses the volume of its voxels",
  centre: "a mesh lies where its voxels lie",
  state: "the state opens on the data, its ids are strings and of the data",
} as const;

export type CheckName = keyof typeof checks;

/** One thing that is wrong. */
export type Finding = {
  /** Key of the object, or the segment. */
  readonly at: string;
  readonly found: string;
};

/** Of one check: how much was looked at, how much of it is wrong, the first of that, and figures. */
export type Outcome = {
  of: number;
  wrong: number;
  first: Finding[];
  /** Figures that add up. */
  sums: Record<string, number>;
  /** Figures of which the largest counts. */
  most: Record<string, number>;
  /** The first ids of something, by their numbers. */
  ids: Record<string, string[]>;
};

/** What was found so far. Reports of parts add up to the report of the whole, in any order. */
export type Report = { [C in CheckName]?: Outcome };

/** Findings that are kept of each check. */
const kept = 20;

function outcomeOf(report: Report, check: CheckName): Outcome {
  report[check] ??= { of: 0, wrong: 0, first: [], sums: {}, most: {}, ids: {} };
  return report[check];
}

/** So much was looked at, be it right or wrong. */
export function looked(report: Report, check: CheckName, count = 1): void {
  outcomeOf(report, check).of += count;
}

/** So much of what was looked at is wrong. */
export function wrong(report: Report, check: CheckName, finding: Finding, count = 1): void {
  const outcome = outcomeOf(report, check);
  outcome.wrong += count;
  if (outcome.first.length < kept) outcome.first.push(finding);
}

/** Looks at one thing: it is right, or found to be so. */
export function expectThat(report: Report, check: CheckName, holds: boolean, finding: Finding): boolean {
  looked(report, check);
  if (!holds) wrong(report, check, finding);
  return holds;
}

export function addFigure(report: Report, check: CheckName, name: string, value: number): void {
  const { sums } = outcomeOf(report, check);
  sums[name] = (sums[name] ?? 0) + value;
}

export function raiseFigure(report: Report, check: CheckName, name: string, value: number): void {
  const { most } = outcomeOf(report, check);
  most[name] = Math.max(most[name] ?? Number.NEGATIVE_INFINITY, value);
}

/** Names an id among those of which the smallest are kept, so that parts in any order give the same list. */
export function nameId(report: Report, check: CheckName, list: string, id: string): void {
  const { ids } = outcomeOf(report, check);
  const named = [...(ids[list] ?? []), id];
  ids[list] = named.sort((a, b) => a.length - b.length || (a < b ? -1 : 1)).slice(0, shownIds);
}

const shownIds = 10;

/** Adds the report of a part. */
export function addReport(whole: Report, part: Report): void {
  for (const [check, { of, wrong: count, first, sums, most, ids }] of Object.entries(part)) {
    const name = check as CheckName;
    looked(whole, name, of);
    const outcome = outcomeOf(whole, name);
    outcome.wrong += count;
    outcome.first.push(...first.slice(0, kept - outcome.first.length));
    for (const [figure, value] of Object.entries(sums)) addFigure(whole, name, figure, value);
    for (const [figure, value] of Object.entries(most)) raiseFigure(whole, name, figure, value);
    for (const [list, named] of Object.entries(ids)) for (const id of named) nameId(whole, name, list, id);
  }
}

/** All that is wrong, check by check. */
export function findingsOf(report: Report): { check: CheckName; finding: Finding }[] {
  return (Object.keys(checks) as CheckName[]).flatMap((check) =>
    (report[check]?.first ?? []).map((finding) => ({ check, finding })),
  );
}

/** Whether nothing is wrong. */
export function isSound(report: Report): boolean {
  return Object.values(report).every((outcome) => outcome.wrong === 0);
}
