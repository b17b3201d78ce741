import { shown } from "../plan/figure.ts";
import type { Bill } from "../step/account.ts";

/** Of fewer the price of a gigavoxel says nothing: what each run costs is most of it. */
const fewVoxels = 1e6;

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
  const each = voxels < fewVoxels ? "" : ` (${shown.usd(cost.usd / (voxels / 1e9))} per gigavoxel)`;
  return `${parts.join(", ")}: ${shown.usd(cost.usd)} at list prices${each}`;
}

function count(value: number): string {
  return value.toLocaleString("en");
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
