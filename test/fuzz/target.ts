import type { Chance } from "./chance.ts";

/** One execution of a target: its input is made, and what is to be done with it. */
export type Execution = {
  /** Runs the code under test, and may check what it answers. May throw what `refuses` knows, or Wrong. */
  run(): void | Promise<void>;
  /** The input is right, and a refusal of it a failure. */
  readonly right?: boolean;
  /** Checks that take time and memory of their own. */
  check?(): void;
  /** Asked after `run`: bytes by which memory may have grown, garbage included. */
  bound(): number;
  /** The input, for a report. */
  show(): string;
};

export type Target = {
  readonly name: string;
  /** Share of the time of a long run. */
  readonly weight: number;
  /** Whether an error is a refusal that the code under test documents. */
  refuses(error: unknown): boolean;
  prepare(chance: Chance): Execution;
};

/** The code under test answered, but not rightly. */
export class Wrong extends Error {
  override readonly name = "Wrong";
}

export function must(holds: boolean, what: () => string): void {
  if (!holds) throw new Wrong(what());
}

/** Parsers that document `@throws Error` mean a plain one: its subclasses are accidents. */
export function isPlainError(error: unknown): boolean {
  return error instanceof Error && Object.getPrototypeOf(error) === Error.prototype;
}

/** Parsers of texts: what they keep follows from the length of what they read. */
export function textBound(text: string | Uint8Array): number {
  return 4 * 2 ** 20 + 128 * text.length;
}

/** Shown as a literal that can be pasted into a test. */
export function showBytes(bytes: Uint8Array): string {
  return `${bytes.length} bytes, base64 ${Buffer.from(bytes).toString("base64")}`;
}
