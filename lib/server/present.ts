import type { Served } from "./serve.ts";
import { datasetFolder, serve } from "./serve.ts";
import { ensureViewer } from "./viewer.ts";

export type PresentOptions = {
  readonly root: string;
  readonly port: number;
  readonly host?: string;
  /** Whether to serve the viewer too, building it on first use. */
  readonly build: boolean;
};

/**
 * What `serve` and `demo` do for a person: make sure of the viewer, serve the dataset, and print the link
 * once it can be opened. The link goes to standard output, everything else to standard error.
 *
 * @throws InputError when the folder or the address cannot be served.
 */
export async function present({ root, port, host = "127.0.0.1", build }: PresentOptions): Promise<Served> {
  // Asked before the build: a wrong folder should not cost a minute.
  await datasetFolder(root);
  const viewer = build ? await ensureViewer((line) => console.error(line)) : undefined;
  const served = await serve({ root, port, host, viewer });
  if (!isLoopback(host)) console.error(`${host} is not this machine only: who reaches it reads the dataset`);
  console.error(`serving ${root} at ${served.url} (Ctrl-C stops it). Open in a browser with WebGL:`);
  console.log(served.link);
  return served;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}
