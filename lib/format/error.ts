/** One thing wrong with the input: where it is, what was found there, what the user can do about it. */
export type Fault = {
  /** File name or object key as the user knows it, or `info`. */
  readonly file: string;
  /** What was found, naming the place inside the file (tag, strip, field, voxel). */
  readonly found: string;
  /** What to do next. */
  readonly advice?: string;
  /** It is of this try, such as a file that was changed meanwhile: the same input may go well another time. */
  readonly passing?: true;
};

/**
 * The input cannot be converted exactly. Carries every fault that was found, so that the user mends
 * them in one go and not one per try.
 */
export class InputError extends Error {
  override readonly name = "InputError";
  readonly faults: readonly Fault[];

  constructor(faults: Fault | readonly Fault[], options?: ErrorOptions) {
    const list = Array.isArray(faults) ? (faults as readonly Fault[]) : [faults as Fault];
    super(summary(list), options);
    this.faults = list;
  }
}

/** Keeps the faults of an InputError for a common report; any other error is not the user's and goes on. */
export function keepFaults(error: unknown, faults: Fault[]): void {
  if (!(error instanceof InputError)) throw error;
  // One by one: a call takes only so many arguments, and a folder can have a million broken files.
  for (const fault of error.faults) faults.push(fault);
}

/** Lines of a message; what ails all of a thousand slices is clear before the last of them. */
const mostLines = 20;

function summary(faults: readonly Fault[]): string {
  const lines = faults.slice(0, mostLines).map(sentence);
  if (faults.length > mostLines) lines.push(`and ${faults.length - mostLines} more`);
  return lines.join("\n");
}

function sentence({ file, found, advice }: Fault): string {
  return visible(advice === undefined ? `${file}: ${found}` : `${file}: ${found}. ${advice}`);
}

/** Names of files may hold what moves a terminal's cursor or turns its line: it is told, not done. */
function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
