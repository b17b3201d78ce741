import { manifestKey, meshesAhead } from "./ahead.ts";
import { type Census, createCensus, fitCensus } from "./census.ts";
import { joinSurfaces, readFragment, readManifest, type Surface } from "./fragment.ts";
import type { Layout } from "./layout.ts";
import { messageOf, type Objects, readObject } from "./object.ts";
import { idOf, type Palette } from "./palette.ts";
import { addFigure, expectThat, looked, nameId, type Report, wrong } from "./report.ts";
import { checkShape, type Tolerance } from "./shape.ts";
import { addRow, type Fingerprint } from "./table.ts";
import { topologyOf, unbalanced } from "./topology.ts";

/** A row of the segment table. */
export type Row = { readonly voxels?: number; readonly box?: ArrayLike<number> };

export type SegmentCheck = {
  readonly layout: Layout;
  readonly objects: Objects;
  readonly report: Report;
  readonly tolerance: Tolerance;
  /** Rows of the table that is to be compared, by id; absent if there is none. */
  readonly rows?: ReadonlyMap<string, Row>;
  /** Voxels per id of the source; absent if they are not known apart from the volume's hashes. */
  readonly source?: ReadonlyMap<string, number>;
};

/**
 * Checks all that is known of each segment by its id: the scales it is in, its row of the table, its mesh.
 *
 * @param censuses by scale, of all chunks that have voxels of these ids
 */
export async function checkSegments(
  check: SegmentCheck,
  { palette, censuses }: { palette: Palette; censuses: ReadonlyMap<number, Census> },
): Promise<void> {
  const { layout, report, rows } = check;
  const scales = layout.scales.map((_, k) => censuses.get(k) ?? createCensus());
  for (const census of scales) fitCensus(census, palette.count);
  checkIds(report, palette, scales);
  const [full] = scales as [Census];
  const print: Fingerprint = { a: 0, b: 0 };
  const there = numbersOf(palette, full);
  const { mesh } = layout;
  const ahead = mesh !== undefined && {
    ...check,
    mesh,
    objects: meshesAhead(check.objects, mesh, [...there.keys()]),
  };
  for (const [id, number] of there) {
    const voxels = full.voxels[number]!;
    const box = full.boxes.subarray(6 * number, 6 * number + 6);
    addRow(print, { lo: palette.lo[number]!, hi: palette.hi[number]!, voxels, box });
    if (rows !== undefined) compareRow(report, id, rows.get(id), { voxels, box });
    if (!ahead) continue;
    const sums = full.sums.subarray(3 * number, 3 * number + 3);
    await checkMesh(ahead, id, { voxels, box, sums });
  }
  for (const id of rows?.keys() ?? []) {
    if (there.has(id)) continue;
    wrong(report, "table", { at: `segment ${id}`, found: "is in the table, and has no voxels" });
  }
  compareSource(check, palette, full);
  addFigure(report, "table", "segments", there.size);
  addFigure(report, "table", "print a", print.a);
  addFigure(report, "table", "print b", print.b);
}

/** Numbers of the segments that have voxels, by id. */
function numbersOf(palette: Palette, { voxels }: Census): Map<string, number> {
  const numbers = new Map<string, number>();
  for (let number = 1; number < palette.count; number++)
    if (voxels[number]! > 0) numbers.set(idOf(palette, number), number);
  return numbers;
}

/** An id that a scale has must be in the scale before; those that it lacks were lost, which is no fault. */
function checkIds(report: Report, palette: Palette, scales: readonly Census[]): void {
  for (const [k, census] of scales.entries()) {
    const before = scales[k - 1];
    let [count, sum] = [0, 0];
    for (let number = 0; number < palette.count; number++) {
      const voxels = census.voxels[number]!;
      sum += voxels;
      if (voxels > 0 && number > 0) count++;
      if (before === undefined) continue;
      const earlier = before.voxels[number]!;
      if (voxels > 0) looked(report, "ids");
      if (voxels > 0 && earlier === 0) {
        const found = `is in scale ${k}, but not in scale ${k - 1}`;
        wrong(report, "ids", { at: `segment ${idOf(palette, number)}`, found });
      }
      if (voxels > 0 || earlier === 0 || number === 0) continue;
      addFigure(report, "ids", `lost in scale ${k}`, 1);
      nameId(report, "ids", `lost in scale ${k}`, idOf(palette, number));
    }
    addFigure(report, "ids", `segments of scale ${k}`, count);
    addFigure(report, "voxels", `voxels of scale ${k}`, sum);
  }
}

/** What the voxels of scale 0 say of a segment. */
type Segment = {
  readonly voxels: number;
  readonly box: ArrayLike<number>;
  readonly sums: ArrayLike<number>;
};

function compareRow(
  report: Report,
  id: string,
  row: Row | undefined,
  { voxels, box }: Omit<Segment, "sums">,
): void {
  const at = `segment ${id}`;
  if (!expectThat(report, "table", row !== undefined, { at, found: "is not in the table" })) return;
  const { voxels: counted, box: told } = row ?? {};
  // A count beyond 2^32 is stored as float32.
  const same = counted === voxels || (voxels >= 2 ** 32 && counted === Math.fround(voxels));
  if (counted !== undefined && !same)
    wrong(report, "table", { at, found: `has ${counted} voxels in the table, and ${voxels} in the volume` });
  if (told !== undefined && Array.from(told).some((v, i) => v !== box[i]))
    wrong(report, "table", {
      at,
      found: `has the box ${Array.from(told)} in the table, not ${Array.from(box)}`,
    });
}

function compareSource({ report, source }: SegmentCheck, palette: Palette, full: Census): void {
  if (source === undefined) return;
  let matched = 0;
  for (let number = 0; number < palette.count; number++) {
    const voxels = full.voxels[number]!;
    const id = idOf(palette, number);
    const counted = source.get(id);
    if (counted !== undefined) matched++;
    if (voxels === 0 && counted === undefined) continue;
    const found = `has ${counted ?? 0} voxels in the source, and ${voxels} in the volume`;
    expectThat(report, "voxels", voxels === counted, { at: `segment ${id}`, found });
  }
  if (matched === source.size) return;
  const known = new Set(Array.from({ length: palette.count }, (_, number) => idOf(palette, number)));
  for (const [id, counted] of source) {
    if (known.has(id)) continue;
    const found = `has ${counted} voxels in the source, and none in the volume`;
    expectThat(report, "voxels", false, { at: `segment ${id}`, found });
  }
}

type MeshCheck = SegmentCheck & { readonly mesh: string };

async function checkMesh(check: MeshCheck, id: string, segment: Segment): Promise<void> {
  const { layout, mesh, report, tolerance } = check;
  const key = manifestKey(mesh, id);
  const manifest = await readObject(check, "manifests", key);
  if (manifest === undefined) return;
  let names: string[];
  try {
    names = readManifest(manifest);
  } catch (error) {
    wrong(report, "manifests", { at: key, found: messageOf(error) });
    return;
  }
  const surfaces: Surface[] = [];
  for (const name of names) {
    const surface = await readSurface(check, `${mesh}/${name}`);
    if (surface !== undefined) surfaces.push(surface);
  }
  // What a part is missing of is not judged further: it is neither closed nor where it should be.
  if (surfaces.length < names.length) return;
  const whole = joinSurfaces(surfaces);
  checkTopology(report, id, { surfaces, whole });
  addFigure(report, "fragments", "triangles", whole.indices.length / 3);
  checkShape(report, { id, surface: whole, segment, scale: layout.scales[0] }, tolerance);
}

async function readSurface(check: SegmentCheck, key: string): Promise<Surface | undefined> {
  const bytes = await readObject(check, "fragments", key);
  if (bytes === undefined) return undefined;
  try {
    return readFragment(bytes);
  } catch (error) {
    wrong(check.report, "fragments", { at: key, found: messageOf(error) });
    return undefined;
  }
}

type Parts = { readonly surfaces: readonly Surface[]; readonly whole: Surface };

function checkTopology(report: Report, id: string, { surfaces, whole }: Parts): void {
  const at = `segment ${id}`;
  const several = surfaces.length > 1;
  const found = surfaces.map(({ positions, indices }) => topologyOf(indices, positions.length / 3));
  const knots = found.reduce((sum, one) => sum + one.knots, 0);
  // Parts of a segment are open where they meet: only together they are closed.
  const open = several ? unbalanced(whole.indices) : found[0]!.open;
  expectThat(report, "closed", open === 0, { at, found: `its mesh is open at ${open} edges` });
  const told = `its mesh has ${knots} edges or vertices where it is not one sheet`;
  expectThat(report, "manifold", knots === 0, { at, found: told });
}
