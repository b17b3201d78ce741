import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import http from "node:http";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test, vi } from "vitest";
import { figure } from "../figure.ts";
import { ask, folder } from "./helper.ts";

const CLIENTS = 200;
const ROUNDS = 10;
const CHUNKS = 64;
const linux = test.skipIf(process.platform !== "linux");
const chunks = Array.from({ length: CHUNKS }, (_, i) =>
  Buffer.from(Uint8Array.from({ length: 2 ** 18 }, (_, at) => ((at >> 4) * 31 + i * 7) % 251)),
);

/** `npm run serve` in a process of its own, so that its handles and its memory are only its own. */
async function serveAlone(root: string): Promise<{ url: string; child: ChildProcess & { pid: number } }> {
  const program = path.resolve(import.meta.dirname, "../../bin/serve.ts");
  const child = spawn(process.execPath, [program, root, "--port", "0", "--no-viewer"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(async () => {
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  });
  let text = "";
  for await (const part of child.stdout) {
    text += part;
    if (text.includes("\n")) break;
  }
  const url = /#!(http:\/\/[^/]+)\//.exec(text)?.[1];
  if (url === undefined) throw new Error(`no link in ${text}`);
  return { url, child: child as ChildProcess & { pid: number } };
}

const handles = (pid: number) => readdirSync(`/proc/${pid}/fd`).length;
const peakMegabytes = (pid: number) =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;

linux("200 clients at once get the right bytes; handles and memory stay bounded and come back", async () => {
  const root = await folder();
  await mkdir(path.join(root, "8"));
  await writeFile(path.join(root, "info"), "{}");
  await Promise.all(chunks.map((chunk, i) => writeFile(path.join(root, `8/${i}.gz`), gzipSync(chunk))));
  const { url, child } = await serveAlone(root);
  await ask(`${url}/info`);
  const [before, start] = [handles(child.pid), peakMegabytes(child.pid)];
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, handles(child.pid));
  }, 5);
  let right = 0;
  const client = async (c: number) => {
    // One connection for all that a client asks.
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    for (let round = 0; round < ROUNDS; round++) {
      const i = (c * 7 + round * 13) % CHUNKS;
      const chunk = chunks[i]!;
      const at = `${url}/8/${i}`;
      const zipped = await ask(at, { agent, headers: { "Accept-Encoding": "gzip" } });
      const kind = (c + round) % 4;
      if (kind === 0) expect(zipped.body.equals(gzipSync(chunk))).toBe(true);
      if (kind === 1) expect((await ask(at, { agent })).body.equals(chunk)).toBe(true);
      if (kind === 2) {
        const part = await ask(at, { agent, headers: { Range: "bytes=1000-200999" } });
        expect([part.status, part.body.equals(chunk.subarray(1000, 201_000))]).toEqual([206, true]);
      }
      if (kind === 3) {
        const headers = { "Accept-Encoding": "gzip", "If-None-Match": zipped.headers.etag! };
        const again = await ask(at, { agent, headers });
        expect([again.status, again.body.length]).toEqual([304, 0]);
      }
      right++;
    }
    agent.destroy();
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, c) => client(c)));
  clearInterval(watch);
  const peak = peakMegabytes(child.pid);
  figure(
    `${CLIENTS} clients: at most ${most} handles (${before} at rest), ${peak.toFixed(0)} MB (${start.toFixed(0)} at rest)`,
  );
  expect(right).toBe(CLIENTS * ROUNDS);
  // One connection and one file per client, and perhaps one file that is just being closed.
  expect(most).toBeLessThanOrEqual(before + 3 * CLIENTS);
  expect(most).toBeGreaterThan(CLIENTS);
  expect(peak - start, "MB").toBeLessThan(400);
  await vi.waitFor(() => expect(handles(child.pid)).toBeLessThanOrEqual(before), {
    timeout: 20_000,
    interval: 100,
  });
});

linux("one connection takes as many requests as a viewer sends", async () => {
  const root = await folder();
  await writeFile(path.join(root, "info"), "{}");
  const { url, child } = await serveAlone(root);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const ports = new Set<number | undefined>();
  const before = handles(child.pid);
  for (let i = 0; i < 2000; i++) {
    const { status, headers } = await ask(`${url}/${i % 3 === 0 ? "info" : "absent"}`, {
      agent,
      method: i % 2 === 0 ? "GET" : "HEAD",
    });
    expect(status).toBe(i % 3 === 0 ? 200 : 404);
    ports.add(Number(headers["keep-alive"] === undefined));
  }
  expect([...ports]).toEqual([0]);
  expect(handles(child.pid)).toBeLessThanOrEqual(before + 1);
  agent.destroy();
});
