/** 1234567 is 1,234,567. Not by locale: a page has the same bytes wherever it is made. */
export function grouped(value: number | string): string {
  const [whole = "", part] = String(value).split(".");
  const marked = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return part === undefined ? marked : `${marked}.${part}`;
}

/** A length in the unit that suits it: 1122000 nm is 1.12 mm. */
export function lengthText(nanometres: number): string {
  return inUnit(nanometres, [
    [1e9, "m"],
    [1e6, "mm"],
    [1e3, "µm"],
    [1, "nm"],
  ]);
}

/** A volume in the unit that suits it. */
export function volumeText(cubicNanometres: number): string {
  return inUnit(cubicNanometres, [
    [1e18, "mm³", 0.01],
    [1e9, "µm³", 0.001],
    [1, "nm³"],
  ]);
}

export function bytesText(bytes: number): string {
  return inUnit(bytes, [
    [1e12, "TB"],
    [1e9, "GB"],
    [1e6, "MB"],
    [1e3, "kB"],
    [1, bytes === 1 ? "byte" : "bytes"],
  ]);
}

type Unit = readonly [factor: number, name: string, least?: number];

/** Three digits, in the largest unit of which there is one, or `least`. */
function inUnit(value: number, units: readonly Unit[]): string {
  const [factor, name] = units.find(([size, , least = 1]) => value >= size * least) ?? (units.at(-1) as Unit);
  // The number and its unit stay in one line.
  return `${rounded(value / factor, factor === 1)}\u00a0${name}`;
}

/** At least three digits: 0.0310, 3.10, 310, 31,000; what is counted in the smallest unit is often whole. */
function rounded(value: number, smallest: boolean): string {
  const digits = value >= 100 ? Math.round(value) : value.toPrecision(3);
  return smallest ? grouped(Number(digits)) : grouped(digits);
}
