import type { Place } from "./place.ts";

/** A run was cut off by something else than its input: what it has done is kept for the next one. */
export class UnfinishedError extends Error {
  override readonly name = "UnfinishedError";
  readonly advice: string;

  constructor(cause: unknown, root: string) {
    const advice = howToGoOn(root);
    super(`${cause instanceof Error ? cause.message : String(cause)}\n${advice}`, { cause });
    this.advice = advice;
  }
}

/** Ctrl-C leaves nothing half published, and what is done to the next run. @returns takes it back */
export function keepOnSignal(place: Place): () => void {
  const stop = (signal: NodeJS.Signals) => {
    place.keep();
    const left = "nothing was published, an earlier result is as it was";
    process.stderr.write(`\nstopped: ${left}.\n${howToGoOn(place.root)}\n`);
    process.exit(signal === "SIGINT" ? 130 : 143);
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  return () => process.off("SIGINT", stop).off("SIGTERM", stop);
}

function howToGoOn(root: string): string {
  return `The same command goes on from there. What is done is kept in ${root}, which may be deleted.`;
}
