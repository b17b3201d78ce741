import { cpus, totalmem } from "node:os";

/** Where and when figures were taken: they belong with no other. */
export function machineText(): string {
  const [cpu] = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  const date = new Date().toISOString().slice(0, 16).replace("T", " ");
  return `${date} UTC; ${cpus().length} x ${cpu?.model ?? "unknown processor"}, ${memory} GiB; Node ${process.versions.node}`;
}
