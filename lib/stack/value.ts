/** Reads one setting of the context: the value, or undefined if it is none. Texts come from the command line. */
export type Reader<T> = (value: unknown) => T | undefined;

export function flag(value: unknown): boolean | undefined {
  return value === true || value === "true" ? true : value === false || value === "false" ? false : undefined;
}

export function within(low: number, high: number): Reader<number> {
  return (value) => {
    const number = typeof value === "string" ? Number(value) : value;
    const fits = Number.isInteger(number) && (number as number) >= low && (number as number) <= high;
    return fits ? (number as number) : undefined;
  };
}

export function oneOf<T extends number | string>(values: readonly T[]): Reader<T> {
  return (value) => values.find((one) => value === one || value === String(one));
}

export function matching(pattern: RegExp): Reader<string> {
  return (value) => (typeof value === "string" && pattern.test(value) ? value : undefined);
}

/** Numbers by name: an object, or its JSON (`-c 'memory={"mesh":3538}'`). Names must be of `names`. */
export function numbersOf<N extends string>(
  names: readonly N[],
  read: Reader<number>,
): Reader<Partial<Record<N, number>>> {
  return (value) => {
    const given = typeof value === "string" ? parseJson(value) : value;
    if (typeof given !== "object" || given === null || Array.isArray(given)) return undefined;
    const numbers: Partial<Record<N, number>> = {};
    for (const [name, text] of Object.entries(given)) {
      const number = read(text);
      if (number === undefined || !names.includes(name as N)) return undefined;
      numbers[name as N] = number;
    }
    return numbers;
  };
}

/** Texts by name, at least one: an object, or its JSON. */
export function textsOf(rule: {
  readonly name: RegExp;
  readonly value: RegExp;
  readonly most: number;
}): Reader<Readonly<Record<string, string>>> {
  return (value) => {
    const given = typeof value === "string" ? parseJson(value) : value;
    if (typeof given !== "object" || given === null || Array.isArray(given)) return undefined;
    const entries = Object.entries(given);
    const fits = entries.every(
      ([name, text]) => rule.name.test(name) && typeof text === "string" && rule.value.test(text),
    );
    if (!fits || entries.length === 0 || entries.length > rule.most) return undefined;
    return Object.fromEntries(entries);
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
