import type { Cause } from "./cause.ts";

/** One cause that was found, with every place of it: a reader mends causes, not objects. */
export type Finding = {
  readonly cause: Cause;
  /** What was found at the first place, in words. */
  readonly found: string;
  /** Keys, fields or addresses; the first few of `count`. */
  readonly where: readonly string[];
  readonly count: number;
};

/** Something a reader may want to know that need not be wrong. */
export type Note = { readonly where: string; readonly said: string };

/** What a diagnosis gathers while it goes on. State lives here. */
export type Chart = {
  readonly findings: ReadonlyMap<Cause, Finding>;
  readonly notes: readonly Note[];
  find(cause: Cause, where: string, found: string): void;
  note(where: string, said: string): void;
};

const places = 5;
const longest = 300;

export function createChart(): Chart {
  const findings = new Map<Cause, Finding>();
  const notes: Note[] = [];
  return {
    findings,
    notes,
    find(cause, where, found) {
      const before = findings.get(cause);
      if (before === undefined) {
        findings.set(cause, { cause, found: cut(found), where: [cut(where)], count: 1 });
        return;
      }
      if (before.where.includes(cut(where))) return;
      const more = before.where.length < places ? [...before.where, cut(where)] : before.where;
      findings.set(cause, { ...before, where: more, count: before.count + 1 });
    },
    note(where, said) {
      const note = { where: cut(where), said: cut(said) };
      if (!notes.some((one) => one.where === note.where && one.said === note.said)) notes.push(note);
    },
  };
}

/** What is quoted comes from a stranger's server: no megabytes, and nothing that moves a terminal's cursor. */
function cut(text: string): string {
  const short = text.length > longest ? `${text.slice(0, longest)}...` : text;
  return short.replace(
    /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
