import { readFileSync } from "node:fs";

/* One function in a process of its own: its bundle is loaded, called with one event, and says what it took. */
const [file, event] = process.argv.slice(2);
const { handler } = await import(file);
const answer = await handler(JSON.parse(event));
// Not of resourceUsage: that is at least what the process that started this one has had.
const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
process.stdout.write(`\n${JSON.stringify({ answer, rss: Number(peak) * 1024 })}\n`);
