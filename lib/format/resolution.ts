import { InputError } from "./error.ts";
import type { Vec3 } from "./vec.ts";

/** Decimal exponents that bring a unit to nanometres. */
const exponents: Record<string, number> = { pm: -3, nm: 0, um: 3, µm: 3, μm: 3, mm: 6, cm: 7, m: 9 };

/**
 * Reads `798x798x2000nm`, `0.798x0.798x2um` or `4x4x40` (nanometres) as nanometres per voxel, x y z. The
 * unit is applied in decimal, so that 0.798um is 798 and not 797.9999999999999.
 *
 * @throws InputError naming the option
 */
export function parseResolution(text: string): Vec3 {
  const match = /^([\d.]+)x([\d.]+)x([\d.]+)\s*([a-zµμ]*)$/.exec(text.trim());
  const exponent = exponents[match?.[4] || "nm"];
  const values = match?.slice(1, 4).map((number) => Number(`${number}e${exponent}`)) ?? [];
  if (exponent === undefined || values.length !== 3 || !values.every((n) => Number.isFinite(n) && n > 0)) {
    throw new InputError({
      file: "--resolution",
      found: `"${text}" is not three voxel sizes`,
      advice: "Write x, y and z with a unit, for example 798x798x2000nm or 0.8x0.8x2um",
    });
  }
  return values as unknown as Vec3;
}
