import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { cors } from "../format/cors.ts";

/** One response, decided before anything is sent. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  /** The body: text, or a stream that is opened only when it is needed. */
  readonly body?: string | (() => Promise<Readable>);
};

/** On every answer, errors too: without it a page cannot tell a missing chunk from a refused one. */
export const CORS: Readonly<Record<string, string>> = {
  "Access-Control-Allow-Origin": cors.origin,
  "Access-Control-Expose-Headers": cors.exposed.join(", "),
};

/**
 * Sends what `decide` answers. A failure before the first byte becomes an error answer; a failure after it
 * cuts the connection, so that a half object never looks whole.
 *
 * @param decide is told by its signal that nobody waits for the answer any more.
 */
export async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  decide: (gone: AbortSignal) => Promise<Answer>,
): Promise<void> {
  const left = new AbortController();
  response.once("close", () => left.abort());
  // Nothing is read of a body, so nothing can follow it on this connection.
  if (hasBody(request)) response.setHeader("Connection", "close");
  try {
    await send(request, response, await decide(left.signal));
  } catch (error) {
    if (response.headersSent || response.destroyed) response.destroy();
    else await send(request, response, failure(error)).catch(() => response.destroy());
  }
}

/** A short answer in words. */
export function words(status: number, text: string, headers: Answer["headers"] = {}): Answer {
  return { status, headers: { "Content-Type": "text/plain; charset=utf-8", ...headers }, body: `${text}\n` };
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: Answer,
): Promise<void> {
  const head: Answer["headers"] = { ...CORS, "X-Content-Type-Options": "nosniff", ...headers };
  const silent = request.method === "HEAD";
  if (typeof body !== "function") {
    const bytes = Buffer.from(body ?? "");
    response.writeHead(
      status,
      status === 204 || status === 304 ? head : { ...head, "Content-Length": bytes.length },
    );
    response.end(silent ? undefined : bytes);
    return;
  }
  if (silent) {
    response.writeHead(status, head).end();
    return;
  }
  const stream = await body();
  try {
    response.writeHead(status, head);
    await pipeline(stream, (parts: AsyncIterable<Buffer>) => whole(parts, head["Content-Length"]), response);
  } finally {
    // Of a client that left in the meantime `pipeline` alone may leave the file open.
    stream.destroy();
  }
}

/** Hands on what was announced; a file can get shorter while it is sent, and the client would wait for the rest. */
async function* whole(parts: AsyncIterable<Buffer>, announced: unknown): AsyncGenerator<Buffer> {
  let sent = 0;
  for await (const part of parts) {
    sent += part.length;
    yield part;
  }
  if (sent !== announced) throw new Error(`${sent} bytes instead of ${announced}`);
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0";
}

/** File system errors in the words of HTTP. 503 makes the viewer try again. */
function failure(error: unknown): Answer {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  if (code === "ENOENT") return words(404, "not found");
  if (code === "EACCES" || code === "EPERM") return words(403, "this file may not be read");
  if (code === "ESTALE") return words(503, "this file is being replaced", { "Retry-After": 1 });
  if (code === "EMFILE" || code === "ENFILE") return words(503, "too many open files", { "Retry-After": 1 });
  return words(500, error instanceof Error ? error.message : "unknown error");
}
