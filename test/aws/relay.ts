import http from "node:http";
import type { AddressInfo } from "node:net";

/** Stands between a command and the emulator, and can go wrong where the emulator does not. */
export type Relay = {
  readonly endpoint: string;
  /** Requests passed on so far. */
  readonly passed: () => number;
  /** From the request of this number on: nobody listens any more, or credentials are no longer taken. */
  breakAt(request: number, how: "gone" | "expired"): void;
  /** All is well again, at the same address. */
  mend(): Promise<void>;
  close(): Promise<void>;
};

export async function openRelay(endpoint: string): Promise<Relay> {
  const target = new URL(endpoint);
  let passed = 0;
  let fault: { at: number; how: "gone" | "expired" } | undefined;
  const server = http.createServer((request, response) => {
    const broken = fault !== undefined && passed >= fault.at;
    if (broken && fault?.how === "gone") {
      server.close();
      server.closeAllConnections();
      return;
    }
    if (broken) {
      request.resume();
      response.writeHead(400, { "content-type": "application/xml", connection: "close" }).end(expired);
      return;
    }
    passed++;
    const { method, url, headers } = request;
    const options = { host: target.hostname, port: target.port, path: url, method, headers };
    const onward = http.request(options, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onward.once("error", () => response.destroy());
    request.pipe(onward);
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    passed: () => passed,
    breakAt(request, how) {
      fault = { at: passed + request, how };
    },
    async mend() {
      fault = undefined;
      if (!server.listening) await listen(port);
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** As S3 answers (Error responses, "ExpiredToken"). */
const expired =
  '<?xml version="1.0" encoding="UTF-8"?><Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>';
