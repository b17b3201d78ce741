/**
 * The colour that neuroglancer gives a segment unless told otherwise, as 0xRRGGBB: both words of the id mixed with
 * MurmurHash3's block step (Appleby, 32 bit, seed 0, no final mix); the lowest byte of the hash is the hue, the next
 * one the upper half of the saturation, the value is full.
 */
export function segmentColor(lo: number, hi: number): number {
  const hash = mix(mix(0, lo), hi);
  return fromHue((hash & 255) / 255, 0.5 + (0.5 * ((hash >>> 8) & 255)) / 255);
}

/** `#rrggbb` of 0xRRGGBB. */
export function colorText(color: number): string {
  return `#${color.toString(16).padStart(6, "0")}`;
}

function mix(state: number, word: number): number {
  const spread = Math.imul(rotate(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593);
  return (Math.imul(rotate(state ^ spread, 13), 5) + 0xe6546b64) | 0;
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

/** HSV with full value. A channel falls and rises linearly over two sixths of the circle on either side of its hue. */
function fromHue(hue: number, saturation: number): number {
  const red = channel(hue * 6, saturation);
  const green = channel(hue * 6 + 4, saturation);
  const blue = channel(hue * 6 + 2, saturation);
  return red * 0x10000 + green * 0x100 + blue;
}

function channel(sixth: number, saturation: number): number {
  const at = sixth % 6;
  // 0 near the hue itself, 1 opposite to it.
  const away = Math.min(1, Math.max(0, 2 - Math.abs(at - 3)));
  return Math.round(255 * (1 - saturation * away));
}
