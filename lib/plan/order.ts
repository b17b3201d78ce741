import { InputError } from "../format/error.ts";

/**
 * Puts slice files in z order: by the one number in their names that differs from file to file, compared
 * as a number whatever its padding. Start and step are free, but the step must be constant.
 *
 * @returns `slices`: the TIFF files in order; `ignored`: everything else, hidden files too
 * @throws InputError when there are no slices, the names do not fit each other, or a number occurs twice
 * or is missing
 */
export function orderSlices(names: readonly string[]): { slices: string[]; ignored: string[] } {
  const slices = names.filter(isSlice);
  const ignored = names.filter((name) => !isSlice(name));
  const first = slices[0];
  if (first === undefined) {
    throw new InputError({
      file: "input",
      found: `no slices: none of ${names.length} files ends in .tif or .tiff`,
      advice: "Put the TIFF slices beside the info",
    });
  }
  const numbers = numberSlices(slices);
  if (numbers.length > 1) refuseGaps(numbers);
  return { slices: numbers.map(({ name }) => name), ignored };
}

/**
 * Finds what is wrong with the names of some slices of a volume and will be, whatever others there are.
 *
 * @throws InputError as `orderSlices`, but not for numbers that are missing
 */
export function checkNames(slices: readonly string[]): void {
  numberSlices(slices);
}

/** How slices in order are numbered: the first and the last, and from one to the next. Numbers have any length. */
export type Numbering = { readonly first: bigint; readonly last: bigint; readonly step: bigint };

/** The numbering of slices that `orderSlices` has put in order, so that there are no gaps. */
export function numberingOf(slices: readonly string[]): Numbering {
  const numbers = numberSlices(slices).map(({ z }) => z);
  const [first = 0n, second = first] = numbers;
  return { first, last: numbers.at(-1) ?? first, step: second - first };
}

/** By their numbers, of which none is there twice. */
function numberSlices(slices: readonly string[]): Numbered[] {
  refuseControls(slices);
  const numbers = zNumbers(slices.map(splitName));
  numbers.sort((a, b) => (a.z < b.z ? -1 : a.z > b.z ? 1 : a.name < b.name ? -1 : 1));
  refuseDuplicates(numbers);
  return numbers;
}

type Numbered = { readonly name: string; readonly z: bigint };
/** A name without extension: the text around its numbers, and the numbers. */
type Split = { readonly name: string; readonly text: string; readonly fields: readonly bigint[] };

/** A TIFF by its name, and not hidden. */
export function isSlice(name: string): boolean {
  const base = name.slice(name.lastIndexOf("/") + 1);
  return !base.startsWith(".") && /\.tiff?$/i.test(base);
}

function splitName(name: string): Split {
  // The same accented letter may be stored as one character or as two.
  const stem = name.replace(/\.tiff?$/i, "").normalize("NFC");
  const fields = (stem.match(/\d+/g) ?? []).map((digits) => BigInt(digits));
  return { name, text: stem.replace(/\d+/g, "#"), fields };
}

/** They are lost on the way through listings and links, and hide what a name says. */
function refuseControls(slices: readonly string[]): void {
  const faults = slices
    .filter((name) => /\p{Cc}/u.test(name))
    .map((file) => ({ file, found: "has a control character in its name", advice: "Rename it" }));
  if (faults.length > 0) throw new InputError(faults.slice(0, shown));
}

function zNumbers(splits: readonly Split[]): Numbered[] {
  const first = splits[0] as Split;
  let field = -1;
  for (const split of splits) {
    if (split.text !== first.text || split.fields.length !== first.fields.length) {
      throw unlike(first, split, "their names differ in more than a number");
    }
    for (let i = 0; i < first.fields.length; i++) {
      if (split.fields[i] === first.fields[i] || i === field) continue;
      if (field >= 0) throw unlike(first, split, "more than one number in their names varies");
      field = i;
    }
  }
  return splits.map(({ name, fields }) => ({ name, z: fields[Math.max(0, field)] ?? 0n }));
}

function unlike(first: Split, other: Split, found: string): InputError {
  return new InputError({
    file: other.name,
    found: `does not belong to one row of slices with ${first.name}: ${found}`,
    advice: "Name the slices alike, with one number that counts them",
  });
}

function refuseDuplicates(numbers: readonly Numbered[]): void {
  const faults = pairs(numbers)
    .filter(([a, b]) => a.z === b.z)
    .map(([a, b]) => ({
      file: b.name,
      found: `duplicate of slice number ${b.z}, which ${a.name} has too`,
      advice: "Keep one of the two",
    }));
  if (faults.length > 0) throw new InputError(faults.slice(0, shown));
}

/** The step is the most frequent difference, the smaller one of two. */
function refuseGaps(numbers: readonly Numbered[]): void {
  const counts = new Map<bigint, number>();
  for (const [a, b] of pairs(numbers)) counts.set(b.z - a.z, (counts.get(b.z - a.z) ?? 0) + 1);
  const [step] = [...counts].reduce((best, one) =>
    one[1] > best[1] || (one[1] === best[1] && one[0] < best[0]) ? one : best,
  );
  const faults = pairs(numbers)
    .filter(([a, b]) => b.z - a.z !== step)
    .map(([a, b]) => ({
      file: b.name,
      found: `slice number ${a.z + step} is missing: after ${a.name} comes ${b.z}, but the numbers go in steps of ${step}`,
      advice: "Add the missing slices or renumber them",
    }));
  if (faults.length > 0) throw new InputError(faults.slice(0, shown));
}

/** Faults told at once: a wrong folder can have thousands. */
const shown = 10;

function pairs(numbers: readonly Numbered[]): [Numbered, Numbered][] {
  return numbers.slice(1).map((b, i) => [numbers[i] as Numbered, b]);
}
