/** Chance that follows from its start alone, so that every execution can be had again. */
export type Chance = {
  /** A whole number from 0 to `n` - 1. */
  below(n: number): number;
  one<T>(list: readonly T[]): T;
  /** True once in `n`. */
  once(n: number): boolean;
  /** 32 random bits. */
  word(): number;
};

/** The chance of execution `number` of a target: small fast counter of 128 bits (sfc32), mixed well before use. */
export function chanceOf(target: string, seed: number, number: number): Chance {
  let a = seed | 0;
  for (const char of target) a = Math.imul(a ^ char.charCodeAt(0), 0x9e3779b1);
  let b = number | 0;
  let c = Math.floor(number / 2 ** 32) | 0;
  let counter = 1;
  const word = () => {
    const sum = (a + b + counter++) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i++) word();
  const below = (n: number) => Math.floor((word() / 2 ** 32) * n);
  return { word, below, one: (list) => list[below(list.length)]!, once: (n) => below(n) === 0 };
}
