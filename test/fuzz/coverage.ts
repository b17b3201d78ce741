import { readFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import path from "node:path";
import type { Covered } from "./job.ts";

const root = path.resolve(import.meta.dirname, "../..");

/** Has V8 note what is executed from now on. Import the code under test after it. */
export async function startCoverage(): Promise<() => Promise<Covered[]>> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: false, detailed: true });
  return async () => {
    const { result } = await session.post("Profiler.takePreciseCoverage");
    const files = result.filter(({ url }) => url.startsWith(`file://${root}/lib/`));
    return files.map(({ url, functions }) => ({
      file: path.relative(root, new URL(url).pathname),
      ranges: executed(functions.flatMap(({ ranges }) => ranges)),
    }));
  };
}

type Counted = { startOffset: number; endOffset: number; count: number };

/** Of nested ranges the innermost counts. */
function executed(ranges: readonly Counted[]): [number, number][] {
  const nested = [...ranges].sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
  const marks = new Uint8Array(nested[0]?.endOffset ?? 0);
  for (const { startOffset, endOffset, count } of nested)
    marks.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  const out: [number, number][] = [];
  for (let i = 0; i < marks.length; ) {
    const end = marks.indexOf(1 - marks[i]!, i);
    const stop = end < 0 ? marks.length : end;
    if (marks[i] === 1) out.push([i, stop]);
    i = stop;
  }
  return out;
}

/** Per file the lines that no process executed, of those of its code. */
export function uncovered(covered: readonly Covered[]): { file: string; lines: number; never: number[] }[] {
  const files = new Map<string, Uint8Array>();
  for (const { file, ranges } of covered) {
    const marks = files.get(file) ?? new Uint8Array(readFileSync(path.join(root, file), "utf8").length);
    files.set(file, marks);
    for (const [from, to] of ranges) marks.fill(1, from, to);
  }
  return [...files].map(([file, marks]) => {
    const never: number[] = [];
    let at = 0;
    let lines = 0;
    for (const [i, line] of readFileSync(path.join(root, file), "utf8").split("\n").entries()) {
      const code = at + line.search(/\S/);
      const end = at + line.length;
      at = end + 1;
      if (!/[\w)]/.test(line) || /^\s*(\/\/|\/?\*)/.test(line)) continue;
      lines++;
      if (marks.subarray(code, end).every((mark) => mark === 0)) never.push(i + 1);
    }
    return { file, lines, never };
  });
}
