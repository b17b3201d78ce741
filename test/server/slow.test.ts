import { readdirSync, readlinkSync, truncateSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test, vi } from "vitest";
import type { Limits } from "../../lib/server/limit.ts";
import { object } from "../../lib/server/object.ts";
import { ask, folder, raw, serving } from "./helper.ts";

const linux = test.skipIf(process.platform !== "linux");
const MB = 2 ** 20;

/** Noise, so that its .gz is as large. */
const noise = (() => {
  let state = 1;
  const next = () => {
    state = (state * 48271) % 2147483647;
    return state >> 8;
  };
  return Buffer.from(Uint8Array.from({ length: 4 * MB }, next));
})();
const zipped = gzipSync(noise);

async function dataset(limits: Partial<Limits> = {}): Promise<{ root: string; url: string }> {
  const root = await folder();
  await writeFile(path.join(root, "info"), "{}");
  await writeFile(path.join(root, "plain"), noise);
  await writeFile(path.join(root, "chunk.gz"), zipped);
  return { root, ...(await serving({ root, limits })) };
}

/** Files below a folder that this process holds open. */
function openFiles(root: string): number {
  const links = readdirSync("/proc/self/fd").map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return "";
    }
  });
  return links.filter((link) => link.startsWith(root)).length;
}

/** Connects, sends this and never more; the promise is of the end of the connection, with what came. */
function stalled(url: string, bytes: string): { socket: Socket; end: Promise<string> } {
  const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(bytes));
  let text = "";
  socket.on("data", (part) => {
    if (text.length < 1000) text += part.toString("latin1");
  });
  socket.on("error", () => {});
  return { socket, end: new Promise((resolve) => socket.on("close", () => resolve(text))) };
}

linux("a client that leaves in the middle, or before the answer, leaves no file open", async () => {
  const { root, url } = await dataset();
  const requests = [
    "GET /plain HTTP/1.1",
    "GET /chunk HTTP/1.1\r\nAccept-Encoding: gzip",
    "GET /chunk HTTP/1.1",
    "GET /chunk HTTP/1.1\r\nRange: bytes=3000000-4000000",
  ];
  // What is forgotten is closed by the garbage collector in the end, with a warning.
  const warnings: string[] = [];
  const listen = ({ message }: Error) => warnings.push(message);
  process.on("warning", listen);
  onTestFinished(() => void process.off("warning", listen));
  let left = 0;
  for (const request of requests) {
    await Promise.all(
      Array.from({ length: 100 }, async (_, i) => {
        const { socket, end } = stalled(url, `${request}\r\nHost: x\r\n\r\n`);
        // Some leave before they are answered, some when the first bytes are there.
        if (i % 2 === 0) socket.on("connect", () => setTimeout(() => socket.destroy(), i % 5));
        else socket.once("data", () => socket.resetAndDestroy());
        await end;
        left++;
      }),
    );
  }
  expect(left).toBe(400);
  await vi.waitFor(() => expect(openFiles(root)).toBe(0), { timeout: 20_000, interval: 50 });
  expect(warnings.filter((text) => text.includes("garbage collection"))).toEqual([]);
  expect((await ask(`${url}/info`)).status).toBe(200);
});

linux("clients that do not read their answers are cut off, and their files closed", async () => {
  const { root, url } = await dataset({ idle: 300 });
  const lazy = Array.from({ length: 50 }, () => {
    const { socket, end } = stalled(url, "GET /plain HTTP/1.1\r\nHost: x\r\n\r\n");
    socket.pause();
    return { socket, end };
  });
  await vi.waitFor(() => expect(openFiles(root)).toBeGreaterThan(0), { timeout: 20_000, interval: 10 });
  await vi.waitFor(() => expect(openFiles(root)).toBe(0), { timeout: 20_000, interval: 50 });
  for (const { socket } of lazy) socket.destroy();
});

test("a head that never ends is refused in time, and others are served meanwhile", async () => {
  const { url } = await dataset({ head: 300, request: 300, check: 100 });
  const slow = Array.from({ length: 50 }, () => {
    const { socket, end } = stalled(url, "GET /info HTTP/1.1\r\nHost: x\r\n");
    const drip = setInterval(() => socket.write("X-Drip: 1\r\n"), 50);
    socket.on("close", () => clearInterval(drip));
    return end;
  });
  const silent = stalled(url, "");
  expect((await ask(`${url}/info`)).status).toBe(200);
  for (const text of await Promise.all(slow)) expect(text).toMatch(/^(HTTP\/1\.1 408 |$)/);
  expect(await silent.end).toMatch(/^(HTTP\/1\.1 408 |$)/);
});

test("no body is read: the answer comes at once, and the connection ends", async () => {
  const { url } = await dataset();
  const declared = "Host: x\r\nContent-Length: 100000000000\r\n";
  for (const head of [
    `POST /info HTTP/1.1\r\n${declared}`,
    `PUT /info HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n`,
    `POST /info HTTP/1.1\r\n${declared}Expect: 100-continue\r\n`,
  ]) {
    const reply = await raw(url, `${head}\r\n`);
    expect(reply, head).toMatch(/^HTTP\/1\.1 405 /);
    expect(reply, head).toContain("Connection: close");
  }
  expect(await raw(url, `GET /info HTTP/1.1\r\n${declared}\r\n`)).toMatch(/^HTTP\/1\.1 200 /);
  // What follows a refused body is not taken for a request.
  const smuggled = await raw(
    url,
    `POST /info HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nabcdGET /plain HTTP/1.1\r\nHost: x\r\n\r\n`,
  );
  expect(smuggled.match(/HTTP\/1\.1 /g)).toHaveLength(1);
  const both = `POST /info HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`;
  expect(await raw(url, both)).toMatch(/^HTTP\/1\.1 400 /);
});

test("more connections than may be are refused, and room is there again afterwards", async () => {
  const { url } = await dataset({ connections: 20 });
  const held = Array.from({ length: 60 }, () => stalled(url, "GET /info HTTP/1.1\r\nHost: x\r\n"));
  let ended = 0;
  for (const { end } of held) void end.then(() => ended++);
  await vi.waitFor(() => expect(ended).toBe(40), { timeout: 20_000, interval: 20 });
  for (const { socket } of held) socket.destroy();
  await vi.waitFor(async () => expect((await ask(`${url}/info`)).status).toBe(200), { timeout: 20_000 });
});

test("a file that gets shorter while it is sent cuts the connection: no other answer fills the gap", async () => {
  const { root, url } = await dataset();
  const get = (key: string) => `GET /${key} HTTP/1.1\r\nHost: x\r\n\r\n`;
  const { socket } = stalled(url, get("plain") + get("info"));
  const parts: Buffer[] = [];
  socket.on("data", (part: Buffer) => parts.push(part));
  socket.once("data", () => truncateSync(path.join(root, "plain"), MB / 2));
  await new Promise((resolve) => socket.once("close", resolve));
  const text = Buffer.concat(parts).toString("latin1");
  expect(text).toMatch(/^HTTP\/1\.1 200 /);
  expect(text.length).toBeLessThan(4 * MB);
  expect(text.match(/HTTP\/1\.1 /g)).toHaveLength(1);
});

test("a file is told to be replaced, not sent under the length of the one before", async () => {
  const root = await folder();
  const plain = path.join(root, "plain");
  await writeFile(plain, "before");
  const headers = {};
  const answer = await object({ folder: root, key: "plain", headers, cache: "no-cache" });
  await writeFile(path.join(root, "other"), "after");
  await rename(path.join(root, "other"), plain);
  await expect((answer.body as () => Promise<unknown>)()).rejects.toMatchObject({ code: "ESTALE" });
});

test("a size that nobody waits for any more is not counted to its end", async () => {
  const root = await folder();
  await writeFile(path.join(root, "chunk.gz"), zipped);
  const wanted = { folder: root, key: "chunk", headers: {}, cache: "no-cache" };
  expect((await object(wanted)).status).toBe(200);
  const gone = object({ ...wanted, gone: AbortSignal.abort() });
  await expect(gone).rejects.toMatchObject({ name: "AbortError" });
});
