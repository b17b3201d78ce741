import { mkdtempSync, rmSync } from "node:fs";
import { createServer, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { verify } from "../../lib/local/verify/verify.ts";
import { type Served, serve } from "../../lib/server/serve.ts";
import { type CheckName, findingsOf } from "../../lib/verify/report.ts";
import { cells, makeDataset } from "./make.ts";

const folder = mkdtempSync(path.join(tmpdir(), "neuropress-http-"));
const at = (name: string) => path.join(folder, name);
let served: Served;
beforeAll(async () => {
  await makeDataset({ input: at("in"), output: at("out") }, { size: [40, 36, 20], idAt: cells(9) });
  served = await serve({ root: at("out"), port: 0 });
});
afterAll(async () => {
  await served.close();
  rmSync(folder, { recursive: true, force: true });
});

test("a good dataset is found good through its URL, with and without a slash or info at the end", async () => {
  for (const url of [served.url, `${served.url}/`, `${served.url}/info`]) {
    const { receipt, report } = await verify(url, at("in"));
    expect(findingsOf(report)).toEqual([]);
    expect(receipt.ok).toBe(true);
    expect(receipt.unchecked).toEqual([]);
    // Every object is looked at for CORS, and each kind of them once for its preflight.
    expect(receipt.checks["cors"]!.checked).toBeGreaterThan(receipt.checks["objects"]!.checked);
  }
});

type Answer = {
  method: string;
  path: string;
  status: number;
  headers: Record<string, string | string[] | undefined>;
};

/** A server that hands on what the good one says, but for what is changed. */
async function throughProxy(change: (answer: Answer) => void): Promise<string> {
  const proxy = createServer((asked, response: ServerResponse) => {
    const { method = "GET", url = "/", headers } = asked;
    const onward = request(`${served.url}${url}`, {
      method,
      headers: { ...headers, host: new URL(served.url).host },
    });
    onward.on("response", (answer) => {
      const changed = { method, path: url, status: answer.statusCode!, headers: { ...answer.headers } };
      change(changed);
      response.writeHead(changed.status, changed.headers);
      answer.pipe(response);
    });
    onward.end();
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void proxy.close());
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}

const isChunk = ({ path }: Answer) => /\d+-\d+_\d+-\d+_/.test(path);

test.each<{ name: string; check: CheckName; says: RegExp; change: (answer: Answer) => void }>([
  {
    name: "Content-Encoding stripped",
    check: "objects",
    says: /gzipped, but no Content-Encoding says so/,
    change: (answer) => delete answer.headers["content-encoding"],
  },
  {
    name: "Content-Encoding of what is not gzipped",
    check: "objects",
    says: /bytes are not gzipped/,
    change: (answer) => {
      if (/:0$/.test(answer.path)) answer.headers["content-encoding"] = "gzip";
    },
  },
  {
    name: "CORS missing",
    check: "cors",
    says: /no Access-Control-Allow-Origin/,
    change: (answer) => delete answer.headers["access-control-allow-origin"],
  },
  {
    name: "CORS missing on chunks only",
    check: "cors",
    says: /no Access-Control-Allow-Origin/,
    change: (answer) => {
      if (isChunk(answer)) delete answer.headers["access-control-allow-origin"];
    },
  },
  {
    name: "CORS for another origin",
    check: "cors",
    says: /it is https:\/\/lab\.example/,
    change: (answer) => {
      answer.headers["access-control-allow-origin"] = "https://lab.example";
    },
  },
  {
    name: "preflight refused",
    check: "cors",
    says: /refuses a preflight \(OPTIONS answers 403/,
    change: (answer) => {
      if (answer.method === "OPTIONS") answer.status = 403;
    },
  },
  {
    name: "preflight without headers",
    check: "cors",
    says: /refuses a preflight/,
    change: (answer) => {
      if (answer.method === "OPTIONS") delete answer.headers["access-control-allow-headers"];
    },
  },
  {
    name: "chunks forbidden",
    check: "chunks",
    says: /is missing/,
    change: (answer) => {
      if (isChunk(answer)) answer.status = 403;
    },
  },
  {
    name: "a server that is at its end",
    check: "objects",
    says: /the server answers 503/,
    change: (answer) => {
      if (isChunk(answer)) answer.status = 503;
    },
  },
])("$name", async ({ check, says, change }) => {
  const { receipt, report } = await verify(await throughProxy(change), at("in"));
  expect(receipt.ok).toBe(false);
  const own = findingsOf(report).filter((one) => one.check === check);
  expect(own.map(({ finding }) => finding.found).join("\n")).toMatch(says);
});
