import { openOurs, openPeer, type PeerOptions, type Session } from "../session.ts";
import type { KernelOptions, Round } from "../stage/kernel.ts";
import type { KernelName } from "../stage/kernels.ts";
import type { RatioRow } from "../table.ts";
import type { RowPlan, Setting } from "./row.ts";

/** A row that compares a stage in memory with a peer's. */
export type KernelRow = Pick<RatioRow, "stage" | "against" | "least" | "aim"> & {
  readonly name: string;
  readonly ours: KernelName;
  readonly peer: string;
  readonly folder: (setting: Setting) => Promise<string>;
  /** Whether results must be the same; what is not compared says why in a note. */
  readonly same: boolean;
  readonly options?: Partial<PeerOptions>;
  readonly notes?: readonly string[];
};

/**
 * Two processes that take turns on one core: ours, peer, ours, peer ... The first turn of each checks its result; then
 * both run until they are warm, and only then what they take counts.
 */
export function kernelRow(row: KernelRow): RowPlan {
  return {
    names: [row.name],
    long: false,
    async measure(setting) {
      const options: KernelOptions = { folder: await row.folder(setting) };
      const ours = await openOurs(setting.core, row.ours, options);
      const peer = await openPeer(setting.core, setting.python, row.peer, {
        ...options,
        ...ours.facts,
        ...row.options,
      });
      const first = [await ours.run(true), await peer.run(true)] as const;
      await warmUp(ours);
      await warmUp(peer);
      const rounds = await takeTurns(ours, peer, setting.rounds);
      await Promise.all([ours.close(), peer.close()]);
      const { name, stage, against, least, aim, notes = [] } = row;
      const same = row.same ? compare(first) : "not compared";
      const limits = { ...(least !== undefined && { least }), ...(aim !== undefined && { aim }) };
      return [
        { name, stage, against, ...limits, same, ...rounds, notes: [...speeds(first, rounds), ...notes] },
      ];
    },
  };
}

/** A second of work, or as many rounds as will do where one takes next to nothing. */
async function warmUp(session: Session): Promise<void> {
  let seconds = 0;
  for (let i = 0; i < 20 && seconds < 1; i++) seconds += (await session.run()).seconds;
}

async function takeTurns(ours: Session, peer: Session, rounds: number) {
  const seconds = { ours: [] as number[], peer: [] as number[] };
  for (let i = 0; i < rounds; i++) {
    seconds.ours.push((await ours.run()).seconds);
    seconds.peer.push((await peer.run()).seconds);
  }
  return seconds;
}

/** Two results of which one is missing are not the same. */
export function compare([ours, peer]: readonly [Round, Round]): RatioRow["same"] {
  return ours.digest !== undefined && ours.digest === peer.digest ? "yes" : "differs";
}

function speeds([ours, peer]: readonly [Round, Round], rounds: { ours: number[]; peer: number[] }): string[] {
  const notes: string[] = [];
  const best = (seconds: number[]) => Math.min(...seconds);
  if (ours.voxels !== undefined) {
    const text = (seconds: number[]) => (ours.voxels! / best(seconds) / 1e6).toFixed(0);
    notes.push(`best ${text(rounds.ours)} MVox/s, peer ${text(rounds.peer)}`);
  }
  if (ours.bytes !== undefined && peer.bytes !== undefined && ours.bytes !== peer.bytes)
    notes.push(`${ours.bytes} bytes, peer ${peer.bytes}`);
  return notes;
}
