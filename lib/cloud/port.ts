import { type AddressInfo, createServer } from "node:net";

/**
 * A free port of this machine's loopback address.
 *
 * @param wanted 0 for any
 * @throws Error if the wanted one is taken: what answers there would be taken for what we start
 */
export function freePort(wanted = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", () =>
      reject(new Error(`port ${wanted} is taken. Use another: --port ${wanted + 1}`)),
    );
    probe.listen(wanted, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
