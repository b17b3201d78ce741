import { spawnSync } from "node:child_process";
import path from "node:path";
import { expect, test } from "vitest";

const bin = path.resolve(import.meta.dirname, "../../bin");

function run(command: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(bin, `${command}.ts`), ...args], {
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

test.each([
  ["serve", ["--help"], 0, /^usage: npm run serve -- OUT/],
  ["serve", [], 1, /^error: give OUT.*\n\nusage: npm run serve/],
  ["serve", ["/none", "--port", "70000"], 1, /^error: --port: "70000" is not a port/],
  ["demo", ["--port", "x"], 1, /^error: --port: "x" is not a port/],
  ["link", ["a", "--idz", "3"], 1, /^error: Unknown option '--idz'[\s\S]*usage: npm run link/],
  ["link", ["/none"], 1, /^error: \/none: no such folder/],
  [
    "nginx",
    ["/none", "--root", "/data", "--tls-cert", "a"],
    1,
    /^error: --tls-cert, --tls-key: one is missing/,
  ],
] as const)("%s %j: words on stderr, exit status %i", (command, args, status, words) => {
  expect(run(command, ...args)).toEqual({ status, stdout: "", stderr: expect.stringMatching(words) });
});
