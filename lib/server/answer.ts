import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** One response, decided before anything is sent. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  /** The body: text, or a stream that is opened only when it is needed. */
  readonly body?: string | (() => Promise<Readable>);
};

/** On every answer, errors too: without it a page cannot tell a missing chunk from a refused one. */
export const CORS: Readonly<Record<string, string>> = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Expose-Headers": "ETag, Content-Range, Content-Encoding, Content-Length",
};

/**
 * Sends what `decide` answers. A failure before the first byte becomes an error answer; a failure after it
 * cuts the connection, so that a half object never looks whole.
 */
export async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  decide: () => Promise<Answer>,
): Promise<void> {
  try {
    await send(request, response, await decide());
  } catch (error) {
    if (response.headersSent) response.destroy();
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
  const head = { ...CORS, "X-Content-Type-Options": "nosniff", ...headers };
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
  response.writeHead(status, head);
  await pipeline(stream, response);
}

/** File system errors in the words of HTTP. 503 makes the viewer try again. */
function failure(error: unknown): Answer {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  if (code === "ENOENT") return words(404, "not found");
  if (code === "EACCES" || code === "EPERM") return words(403, "this file may not be read");
  if (code === "EMFILE" || code === "ENFILE") return words(503, "too many open files", { "Retry-After": 1 });
  return words(500, error instanceof Error ? error.message : "unknown error");
}
