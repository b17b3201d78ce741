import path from "node:path";
import { runJob } from "../job.ts";

/** The programs of a whole job, in the order in which they run, and what was measured of each. */
export const peerStages = {
  igneous: ["ingest", "pyramid", "meshes", "merge"],
  guide: ["scales", "ingest", "pyramid", "meshes"],
} as const;

export type PeerJob = {
  /** From start to end of all programs, their start-up included. */
  readonly seconds: number;
  /** MB. */
  readonly peak: number;
  /** Seconds of each stage without start-up and imports. */
  readonly inner: Readonly<Record<string, number>>;
  readonly notes: readonly string[];
};

/** A peer's whole job, each stage in a process of its own on one core. The result is in `out`. */
export async function runPeer(
  { core, python }: { core: number; python: string },
  peer: keyof typeof peerStages,
  { folder, out }: { folder: string; out: string },
): Promise<PeerJob> {
  const program = path.resolve(import.meta.dirname, "../peer/whole.py");
  const inner: Record<string, number> = {};
  const parts: string[] = [];
  let [seconds, peak] = [0, 0];
  for (const stage of peerStages[peer]) {
    const job = await runJob([core], [python, "-B", program, peer, stage, folder, out]);
    inner[stage] = (JSON.parse(job.output) as { seconds: number }).seconds;
    seconds += job.seconds;
    peak = Math.max(peak, job.peak);
    parts.push(`${stage} ${job.seconds.toFixed(1)}`);
  }
  return {
    seconds,
    peak,
    inner,
    notes: [`peer's stages, s: ${parts.join(", ")}; peak ${peak.toFixed(0)} MB`],
  };
}
