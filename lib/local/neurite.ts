import { mapVec, type Vec3 } from "../format/vec.ts";
import { type Field, labelAt, paintBall } from "./field.ts";

/** Distance between two balls of a tube, nm. */
const stride = 24;

/** A growing end: where it is, where it goes (unit vector), how thick it is and how far it may grow, nm. */
export type Tip = {
  readonly at: Vec3;
  readonly heading: Vec3;
  readonly radius: number;
  /** Radius at the end of its length. */
  readonly tip: number;
  readonly length: number;
  /** Branches that may still leave it, and those its branches may have. */
  readonly branches: number;
};

/**
 * Draws one neurite: tubes along smooth random walks from each tip, with swellings and branches. A tube
 * steers around what is drawn already and leans against it; it ends where there is no way on, or
 * outside the field.
 *
 * @returns the length of all tubes, nm
 */
export function growNeurite(field: Field, label: number, tips: readonly Tip[], chance: () => number): number {
  const waiting = [...tips];
  let length = 0;
  for (let tip = waiting.shift(); tip !== undefined; tip = waiting.shift()) {
    const tube = growTube(field, label, tip, chance);
    waiting.push(...tube.forks);
    length += tube.length;
  }
  return length;
}

/** Draws a cell body: a ball with bulges. Centre and radius in nm. */
export function growSoma(
  field: Field,
  label: number,
  { at, radius }: { at: Vec3; radius: number },
  chance: () => number,
): void {
  paintBall(field, at, radius, label);
  for (let bulge = 0; bulge < 24; bulge++) {
    const out = randomHeading(chance);
    const distance = radius * (0.6 + 0.25 * chance());
    paintBall(field, along(at, out, distance), radius * (0.35 + 0.2 * chance()), label);
  }
}

/** A unit vector with no preferred side. */
export function randomHeading(chance: () => number): Vec3 {
  for (;;) {
    const v = mapVec(() => 2 * chance() - 1);
    const square = v[0] * v[0] + v[1] * v[1] + v[2] * v[2];
    if (square > 0.01 && square < 1) return unit(v);
  }
}

export function along(at: Vec3, heading: Vec3, distance: number): Vec3 {
  return mapVec((d) => at[d] + heading[d] * distance);
}

export function unit(v: Vec3): Vec3 {
  const length = Math.sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
  return mapVec((d) => v[d] / length);
}

type Tube = { readonly forks: Tip[]; readonly length: number };

function growTube(field: Field, label: number, tip: Tip, chance: () => number): Tube {
  const forks: Tip[] = [];
  const steps = Math.floor(tip.length / stride);
  let { at, heading } = tip;
  let bend: Vec3 = [0, 0, 0];
  let swelling = 10 + Math.floor(chance() * 30);
  let fork = forkAfter(steps, tip.branches, chance);
  let step = 0;
  for (; step < steps; step++) {
    const done = step / steps;
    const radius = (tip.radius + (tip.tip - tip.radius) * done) * swell(step - swelling);
    if (step > swelling + 8) swelling = step + 15 + Math.floor(chance() * 50);
    bend = mapVec((d) => bend[d] * 0.92 + (chance() - 0.5) * 0.06);
    const way = findWay(field, label, { at, heading: unit(add(heading, bend)), radius }, chance);
    if (way === undefined) break;
    heading = way;
    at = along(at, heading, stride);
    if (isOutside(field, at, radius)) break;
    paintBall(field, at, radius, label);
    if (step === fork) {
      forks.push(forkOf({ ...tip, at, heading, length: tip.length * (1 - done) }, chance));
      fork = step + forkAfter(steps - step, tip.branches - forks.length, chance);
    }
  }
  return { forks, length: step * stride };
}

/** Step of the next branch; never, if none is left. */
function forkAfter(steps: number, branches: number, chance: () => number): number {
  return branches > 0
    ? 8 + Math.floor((steps / (branches + 1)) * (0.5 + chance()))
    : Number.POSITIVE_INFINITY;
}

function forkOf(tip: Tip, chance: () => number): Tip {
  const heading = unit(add(tip.heading, along([0, 0, 0], randomHeading(chance), 0.9)));
  const radius = tip.radius * (0.62 + 0.2 * chance());
  return {
    at: tip.at,
    heading,
    radius,
    tip: Math.min(radius, tip.tip),
    length: tip.length * (0.5 + 0.4 * chance()),
    branches: Math.floor(tip.branches / 2),
  };
}

/** The heading, or one near it, under which the tube meets no other label soon. */
function findWay(
  field: Field,
  label: number,
  { at, heading, radius }: { at: Vec3; heading: Vec3; radius: number },
  chance: () => number,
): Vec3 | undefined {
  for (let attempt = 0; attempt < 12; attempt++) {
    const aside = along([0, 0, 0], randomHeading(chance), attempt * 0.09);
    const way = attempt === 0 ? heading : unit(add(heading, aside));
    const near = labelAt(field, along(at, way, stride));
    const far = labelAt(field, along(at, way, stride + radius));
    if ((near === 0 || near === label) && (far === 0 || far === label)) return way;
  }
  return undefined;
}

/** Thickness relative to the tube's own: a smooth bump of 8 steps to either side of a swelling. */
function swell(offset: number): number {
  const u = offset / 8;
  const bump = u * u < 1 ? (1 - u * u) * (1 - u * u) : 0;
  return 1 + 0.55 * bump;
}

function isOutside({ shape, pitch }: Field, at: Vec3, margin: number): boolean {
  for (const d of [0, 1, 2] as const) {
    if (at[d] < -margin || at[d] > shape[d] * pitch[d] + margin) return true;
  }
  return false;
}

function add(a: Vec3, b: Vec3): Vec3 {
  return mapVec((d) => a[d] + b[d]);
}
