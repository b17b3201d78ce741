import type { Bill } from "../step/account.ts";

/** One line of what a run has used and what that costs at list prices. */
export function billLine({ voxels, total, cost }: Bill): string {
  const parts = [
    `${count(total.calls)} calls`,
    `${total.gbSeconds.toFixed(1)} GB-s`,
    `${count(total.puts + total.lists)} PUT`,
    `${count(total.gets + total.heads)} GET`,
    `${megabytes(total.bytesRead)} read`,
    `${megabytes(total.bytesWritten)} written`,
    `${count(total.transitions)} transitions`,
  ];
  const each = voxels === 0 ? "" : ` (${usd(cost.usd / (voxels / 1e9))} per gigavoxel)`;
  return `${parts.join(", ")}: ${usd(cost.usd)} at list prices${each}`;
}

function count(value: number): string {
  return value.toLocaleString("en");
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Two digits that count, however small. */
function usd(value: number): string {
  return `${value >= 1 ? value.toFixed(2) : Number(value.toPrecision(2))} USD`;
}
