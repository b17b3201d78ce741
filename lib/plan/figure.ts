/** Figures for people. */
export const shown = {
  count: (value: number): string => Math.round(value).toLocaleString("en"),
  plural: (value: number, unit: string): string =>
    `${value.toLocaleString("en")} ${unit}${value === 1 ? "" : "s"}`,
  /** Two digits that count, however small. */
  usd: (value: number): string => `${value >= 1 ? value.toFixed(2) : Number(value.toPrecision(2))} USD`,
  bytes(value: number): string {
    const units = ["bytes", "kB", "MB", "GB", "TB", "PB"];
    const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)));
    return `${Number((value / 1000 ** step).toPrecision(3))} ${units[step]}`;
  },
  seconds(value: number): string {
    if (value < 90) return `${Math.max(1, Math.round(value))} s`;
    if (value < 5400) return `${Math.round(value / 60)} min`;
    return value < 172_800 ? `${(value / 3600).toFixed(1)} h` : `${(value / 86_400).toFixed(1)} days`;
  },
} as const;
