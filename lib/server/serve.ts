import { realpath, stat } from "node:fs/promises";
import type { RequestListener, Server } from "node:http";
import { createServer } from "node:http";
import path from "node:path";
import type { Duplex } from "node:stream";
import { InputError } from "../format/error.ts";
import { answer, CORS } from "./answer.ts";
import { applyLimits, type Limits, optionsOf, usualLimits } from "./limit.ts";
import type { Place } from "./route.ts";
import { route } from "./route.ts";

/** Where browsers go when there is no viewer of our own: the public one may read loopback addresses. */
const PUBLIC_VIEWER = "https://neuroglancer-demo.appspot.com/";

const REFUSALS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
};

export type ServeOptions = {
  /** Folder of one dataset, the one that holds `info`. */
  readonly root: string;
  /** TCP port; 0 takes any free one. */
  readonly port: number;
  /** Address to listen on; loopback unless told. */
  readonly host?: string;
  /** Folder of the built viewer, served at /viewer/. */
  readonly viewer?: string | undefined;
  /** Others than the usual ones. */
  readonly limits?: Partial<Limits>;
};

export type Served = {
  /** `http://host:port`, without a slash at the end. */
  readonly url: string;
  /** What to open in a browser. */
  readonly link: string;
  close(): Promise<void>;
};

/**
 * Serves a dataset over HTTP as neuroglancer wants it: CORS on every answer, `X.gz` as `X` with
 * `Content-Encoding: gzip`, byte ranges, and the viewer on the same origin. Nothing outside the folder is
 * reachable and nothing is written. Resolves when the port accepts connections.
 *
 * @throws InputError when the folder or the address cannot be served.
 */
export async function serve({
  root,
  port,
  host = "127.0.0.1",
  viewer,
  ...rest
}: ServeOptions): Promise<Served> {
  const place: Place = {
    data: await datasetFolder(root),
    viewer: viewer === undefined ? undefined : await realpath(viewer),
    address: "",
  };
  const limits = { ...usualLimits, ...rest.limits };
  const handle: RequestListener = (request, response) => {
    void answer(request, response, (gone) => route(request, place, gone));
  };
  const server = createServer(optionsOf(limits), handle);
  applyLimits(server, limits);
  // Answered without "100 Continue": no body is wanted.
  server.on("checkContinue", handle);
  server.on("clientError", refuse);
  await listen(server, port, host);
  place.address = addressOf(server, host);
  const url = `http://${place.address}`;
  const link = `${place.viewer === undefined ? PUBLIC_VIEWER : `${url}/viewer/`}#!${url}/state.json`;
  return { url, link, close: () => close(server) };
}

/**
 * The real path of a dataset's folder.
 *
 * @throws InputError when it is not a folder with an `info`.
 */
export async function datasetFolder(root: string): Promise<string> {
  const advice = "Give the folder that `npm run convert` wrote: the one with the file `info`";
  const isFolder = await stat(root).then(
    (found) => found.isDirectory(),
    () => undefined,
  );
  if (isFolder === undefined) throw new InputError({ file: root, found: "no such folder", advice });
  if (!isFolder) throw new InputError({ file: root, found: "is a file", advice });
  const hasInfo = await stat(path.join(root, "info")).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!hasInfo)
    throw new InputError({ file: root, found: "holds no `info`, so it is not a dataset", advice });
  return realpath(root);
}

/** Node answers by itself what its parser refuses, but without CORS: a page would only see "network error". */
function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = REFUSALS[error.code ?? ""] ?? "400 Bad Request";
  const fields = Object.entries(CORS).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n${fields.join("")}\r\n`);
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(listenError(error, port, host)));
    server.listen({ port, host }, resolve);
  });
}

function listenError(error: NodeJS.ErrnoException, port: number, host: string): Error {
  const next = `Choose another: npm run serve -- OUT --port ${port < 65535 ? port + 1 : 9000}`;
  if (error.code === "EADDRINUSE") {
    return new InputError({
      file: `port ${port}`,
      found: `taken by another program on ${host}`,
      advice: next,
    });
  }
  if (error.code === "EACCES") {
    return new InputError({ file: `port ${port}`, found: "may not be opened by this user", advice: next });
  }
  if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND") {
    const advice = "Use --host 127.0.0.1 (this machine only) or --host 0.0.0.0 (every network)";
    return new InputError({ file: `host ${host}`, found: "not an address of this machine", advice });
  }
  return error;
}

/** `host:port` for links; a wildcard address is not one that a browser can open. */
function addressOf(server: Server, host: string): string {
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("not listening on a TCP port");
  const name = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `${name.includes(":") ? `[${name}]` : name}:${bound.port}`;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}
