import type { ChildProcessByStdio } from "node:child_process";
import type { Readable } from "node:stream";

export type Ended = { readonly code: number | null; readonly out: string; readonly err: string };

/** What a process has said, and how it ended. */
export function ended(child: ChildProcessByStdio<null, Readable, Readable>): Promise<Ended> {
  const said = { out: "", err: "" };
  child.stdout.on("data", (part) => {
    said.out += part;
  });
  child.stderr.on("data", (part) => {
    said.err += part;
  });
  return new Promise((resolve) => {
    child.once("close", (code) => resolve({ code, ...said }));
  });
}
