import { createServer } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { pushCommand, statusCommand } from "../../lib/cloud/command.ts";
import { emulateCommand } from "../../lib/cloud/emulate.ts";
import { isAnswer } from "../../lib/cloud/follow.ts";
import { freePort } from "../../lib/cloud/port.ts";
import { quoted } from "../../lib/cloud/shell.ts";
import { tally } from "../../lib/cloud/tally.ts";
import { teardownCommand } from "../../lib/cloud/teardown.ts";
import type { Status } from "../../lib/step/status.ts";

let said: string;
beforeEach(() => {
  said = "";
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    said += text;
    return true;
  });
  // Whoever asks AWS before the call is understood would be found out by this.
  vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

test.each([
  ["push", pushCommand, ["only-in"]],
  ["push", pushCommand, ["in", "project", "more"]],
  ["push", pushCommand, ["in", "project", "--again"]],
  ["status", statusCommand, []],
  ["status", statusCommand, ["a", "b"]],
  ["teardown", teardownCommand, ["Neuropress"]],
  ["emulate", emulateCommand, ["--port", "http"]],
] as const)("%s: a wrong call is answered with the right one", async (name, command, args) => {
  expect(await command(args)).toBe(1);
  expect(said).toContain(`npm run ${name} -- `);
});

test("--help is no error", async () => {
  expect(await pushCommand(["--help"])).toBe(0);
  expect(await statusCommand(["-h"])).toBe(0);
  expect(await teardownCommand(["--help"])).toBe(0);
});

test("a port that is taken is found out before anything is started", async () => {
  const other = createServer();
  const port = await freePort();
  await new Promise<void>((resolve) => other.listen(port, "127.0.0.1", resolve));
  expect(await emulateCommand(["--port", String(port)])).toBe(1);
  expect(said).toContain(`port ${port} is taken. Use another: --port ${port + 1}`);
  other.close();
});

test("commands to repeat are written as a shell takes them", () => {
  expect(quoted(["in/slices", "lab a+b/it's 50%", "--stack", "X-1"])).toBe(
    "in/slices 'lab a+b/it'\\''s 50%' --stack X-1",
  );
  expect(quoted(["", "$HOME", "größe"])).toBe("'' '$HOME' 'größe'");
});

const failed = (more: Partial<Status>): Status => ({ project: "p", state: "failed", updated: "1", ...more });
const fault = { faults: [{ file: "z1.tif", found: "is empty" }] };

test.each([
  ["of this run", { run: "a", state: "running", updated: "1" }, true],
  ["done from before, with the same files", { run: "a", state: "done", updated: "1" }, true],
  ["of another run", { run: "b", state: "done", updated: "2" }, false],
  ["failed from before, not by the input: there will be another try", failed({ run: "a" }), false],
  ["failed since", failed({ run: "a", updated: "2" }), true],
  ["failed from before by the same input", failed({ run: "a", ...fault }), true],
  ["an input from before that could not be run", failed(fault), false],
  ["an input since that cannot be run", failed({ ...fault, updated: "2" }), true],
  ["another run that has failed", failed({ run: "b", updated: "2" }), false],
])("a status %s", (_, status, answer) => {
  const before = failed({});
  expect(isAnswer({ project: "p", ...status } as Status, { run: "a", before, late: false })).toBe(answer);
});

test("after a minute what has failed before is the answer", () => {
  expect(isAnswer(failed({ run: "a" }), { run: "a", before: failed({}), late: true })).toBe(true);
});

test("progress of an upload is told every two seconds, large files by their parts", () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  const lines: string[] = [];
  const sent = tally(3, (line) => lines.push(line));
  sent.done(false);
  vi.advanceTimersByTime(1900);
  sent.sent(4_000_000);
  expect(lines).toEqual([]);
  vi.advanceTimersByTime(100);
  sent.sent(4_000_000);
  expect(lines).toEqual(["1 of 3 files are there, 8.0 MB sent (4.0 MB/s)"]);
  sent.done(true);
  expect({ files: sent.files, bytes: sent.bytes, lines: lines.length }).toEqual({
    files: 1,
    bytes: 8_000_000,
    lines: 1,
  });
  vi.useRealTimers();
});
