/** Data types of a label volume (`data_type` in `info`). */
export type DataType = "uint8" | "uint16" | "uint32" | "uint64";

export const dataTypes: readonly DataType[] = ["uint8", "uint16", "uint32", "uint64"];

export function bitsOf(dataType: DataType): 8 | 16 | 32 | 64 {
  return Number(dataType.slice(4)) as 8 | 16 | 32 | 64;
}

/** The largest id of so many bits, as two words. */
export function largestId(bits: number): { lo: number; hi: number } {
  if (bits > 32) return { lo: 0xffffffff, hi: 2 ** (bits - 32) - 1 };
  return { lo: 2 ** bits - 1, hi: 0 };
}
