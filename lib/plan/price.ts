import type { Usage } from "./usage.ts";

export type Price = {
  readonly name: string;
  /** US dollars per unit. */
  readonly usd: number;
  readonly unit: string;
};

/** List prices of us-east-1, without the free tier. The one place for them: documents and commands take them from here. */
export const priceList = {
  date: "2026-11-23",
  source: "public pages of aws.amazon.com (pricing of Lambda, Step Functions, S3) and guides that quote them",
  prices: {
    compute: { name: "Lambda arm64", usd: 0.000_013_333_4, unit: "GB-second" },
    calls: { name: "Lambda requests", usd: 0.000_000_2, unit: "call" },
    transitions: { name: "Step Functions Standard", usd: 0.000_025, unit: "transition" },
    puts: { name: "S3 PUT and LIST", usd: 0.000_005, unit: "request" },
    gets: { name: "S3 GET and HEAD", usd: 0.000_000_4, unit: "request" },
  },
} as const satisfies { date: string; source: string; prices: Record<string, Price> };

export type CostPart = keyof typeof priceList.prices;

/** US dollars, in all and by what they are paid for. */
export type Cost = { readonly usd: number; readonly parts: Readonly<Record<CostPart, number>> };

/** What a run costs at list prices: starting of functions is paid like running them; deleting is free. */
export function cost(usage: Usage): Cost {
  const { prices } = priceList;
  const parts = {
    compute: usage.gbSeconds * prices.compute.usd,
    calls: usage.calls * prices.calls.usd,
    transitions: usage.transitions * prices.transitions.usd,
    puts: (usage.puts + usage.lists) * prices.puts.usd,
    gets: (usage.gets + usage.heads) * prices.gets.usd,
  };
  return { usd: Object.values(parts).reduce((sum, part) => sum + part, 0), parts };
}
