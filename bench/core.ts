import { readFileSync } from "node:fs";

/** The processors that this process may run on, of which the bench gives each measured process one or two. */
export function allowedCores(): number[] {
  const status = readFileSync("/proc/self/status", "utf8");
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1];
  if (list === undefined)
    throw new Error("the bench pins processes to cores as Linux does, and finds no list of them");
  return parseCores(list);
}

/** A list of processors as Linux writes it: `0-2,5`. */
export function parseCores(list: string): number[] {
  return list.split(",").flatMap((range) => {
    const [first, last = first] = range.split("-").map(Number) as [number, number?];
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

/** The command that runs `command` on these processors and no others. */
export function pinned(cores: readonly number[], command: readonly string[]): [string, string[]] {
  return ["taskset", ["--cpu-list", cores.join(","), ...command]];
}
