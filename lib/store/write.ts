import { writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";

/** Larger files are left to a thread, and so are the next ones after one that took longer than `mostWait` milliseconds. */
const mostBytes = 2 ** 20;
const mostWait = 4;
const nextOnes = 32;

let leftToThreads = 0;

/**
 * Writes a file, at once if it is small and the disk is quick: opening, writing and closing by a thread take ten times as
 * long as the system needs for them, and files are many.
 *
 * @param flag `w`, or `wx` if there must be none yet
 */
export async function writeNow(file: string, bytes: Uint8Array, flag: "w" | "wx"): Promise<void> {
  if (bytes.byteLength > mostBytes || leftToThreads > 0) {
    leftToThreads = Math.max(0, leftToThreads - 1);
    return writeFile(file, bytes, { flag });
  }
  const start = performance.now();
  writeFileSync(file, bytes, { flag });
  if (performance.now() - start > mostWait) leftToThreads = nextOnes;
}
