import http from "node:http";
import type { AddressInfo } from "node:net";

/** The head of an answer on its way to the browser; a fault changes it in place. */
export type Head = { status: number; readonly headers: http.IncomingHttpHeaders };
export type Fault = (key: string, head: Head) => void;

/** A proxy before `origin` that damages answers; its Host passes through, so state.json names the proxy. */
export async function faulty(origin: string, fault: Fault): Promise<{ url: string; close(): void }> {
  const server = http.createServer((request, response) => {
    const onward = http.request(origin + request.url, {
      method: request.method ?? "GET",
      headers: request.headers,
    });
    onward.on("error", () => response.destroy());
    onward.on("response", (reply) => {
      const head: Head = { status: reply.statusCode ?? 0, headers: reply.headers };
      fault(decodeURIComponent(request.url ?? "").slice(1), head);
      response.writeHead(head.status, head.headers);
      reply.pipe(response);
    });
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${port}`, close };
}
