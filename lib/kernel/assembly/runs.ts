import { putBits, putCode } from "./bits";
import { bitsOf, count, makeCodes, makeLengths } from "./huffman";

// The lengths of a block's codes as deflate writes them: what repeats in short, by a code of its own (RFC 1951, 3.2.7).

/** Symbol | extra value << 8. */
const runs = memory.data(4 * 320);
let runCount: u32 = 0;
const runFrequencies = memory.data(4 * 19);
const runLengths = memory.data(20);
const runCodes = memory.data(4 * 19);
/** In which order their own lengths are written, and how many of them. */
const runOrder = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);
let orderCount: u32 = 0;

/**
 * Takes the lengths of a block's codes (u8).
 *
 * @returns bits that `writeRuns` will write
 */
export function gatherRuns(lengths: usize, size: u32): u32 {
  runCount = 0;
  memory.fill(runFrequencies, 0, 4 * 19);
  let i: u32 = 0;
  while (i < size) {
    const length: u32 = load<u8>(lengths + i);
    let end = i + 1;
    while (end < size && load<u8>(lengths + end) == length) end++;
    if (length == 0) {
      while (end - i >= 11) {
        const run = min<u32>(138, end - i);
        putRun(18, run - 11);
        i += run;
      }
      if (end - i >= 3) {
        putRun(17, end - i - 3);
        i = end;
      }
    } else if (end - i >= 4) {
      putRun(length, 0);
      i++;
      while (end - i >= 3) {
        const run = min<u32>(6, end - i);
        putRun(16, run - 3);
        i += run;
      }
    }
    for (; i < end; i++) putRun(length, 0);
  }
  makeLengths(runFrequencies, 19, 7, runLengths);
  orderCount = 19;
  while (load<u8>(runLengths + load<u8>(runOrder + orderCount - 1)) == 0) orderCount--;
  const extra = 2 * load<u32>(runFrequencies, 4 * 16) + 3 * load<u32>(runFrequencies, 4 * 17) + 7 * load<u32>(runFrequencies, 4 * 18);
  return 4 + 3 * orderCount + bitsOf(runFrequencies, runLengths, 19) + extra;
}

// @ts-ignore: decorator
@inline
function putRun(symbol: u32, extra: u32): void {
  store<u32>(runs + (<usize>(runCount++) << 2), symbol | (extra << 8));
  count(runFrequencies, symbol);
}

export function writeRuns(): void {
  putBits(orderCount - 4, 4);
  for (let i: u32 = 0; i < orderCount; i++) putBits(load<u8>(runLengths + load<u8>(runOrder + i)), 3);
  makeCodes(runLengths, 19, runCodes);
  for (let i: u32 = 0; i < runCount; i++) {
    const run = load<u32>(runs + (<usize>i << 2));
    const symbol = run & 255;
    putCode(runCodes, symbol);
    if (symbol >= 16) putBits(run >>> 8, symbol == 16 ? 2 : symbol == 17 ? 3 : 7);
  }
}
