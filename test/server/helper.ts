import { mkdtemp, rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import http from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import type { Served, ServeOptions } from "../../lib/server/serve.ts";
import { serve } from "../../lib/server/serve.ts";

export type Reply = { status: number; headers: IncomingMessage["headers"]; body: Buffer };

export async function folder(): Promise<string> {
  const made = await mkdtemp(path.join(tmpdir(), "neuropress-"));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

export async function serving(options: Omit<ServeOptions, "port">): Promise<Served> {
  const served = await serve({ port: 0, ...options });
  onTestFinished(() => served.close());
  return served;
}

/** One request as node:http sends it: nothing is unzipped, normalised or followed. */
export function ask(url: string, options: http.RequestOptions = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { agent: false, ...options }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(parts) }),
      );
    });
    request.on("error", reject);
    request.end();
  });
}

/** Sends these very bytes and returns the whole answer; the request should ask to close. */
export function raw(url: string, bytes: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.on("data", (part) => {
      text += part.toString("latin1");
    });
    socket.on("error", (error: NodeJS.ErrnoException) =>
      error.code === "ECONNRESET" && text !== "" ? resolve(text) : reject(error),
    );
    socket.on("close", () => resolve(text));
  });
}
