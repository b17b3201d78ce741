import { Agent as HttpAgent, get as httpGet, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, get as httpsGet, request as httpsRequest } from "node:https";
import type { Stored } from "../../verify/gzip.ts";
import type { Objects } from "../../verify/object.ts";
import { expectThat, looked, type Report, wrong } from "../../verify/report.ts";

/** As a page of another origin asks; nothing is unzipped on the way. */
const origin = "https://neuroglancer-demo.appspot.com";
const asked = { Origin: origin, "Accept-Encoding": "gzip, deflate, br" };
const patience = 30_000;

/**
 * A dataset behind a URL, read as a browser reads it: every answer must let other origins read it; 403 and 404 both
 * mean that an object is not there.
 *
 * @param report gets what is wrong with the headers
 */
export function httpObjects(url: string, report: Report): Objects {
  const agent = url.startsWith("https:")
    ? new HttpsAgent({ keepAlive: true, maxSockets: 16 })
    : new HttpAgent({ keepAlive: true, maxSockets: 16 });
  const get = url.startsWith("https:") ? httpsGet : httpGet;
  const kinds = new Set<string>();
  return {
    async get(key) {
      const { status, headers, bytes } = await fetchBytes((done) =>
        get(urlOf(url, key), { agent, headers: asked, timeout: patience }, done),
      );
      const { "access-control-allow-origin": allowed, "content-encoding": encoding } = headers;
      if (status === 403 || status === 404) return undefined;
      if (status !== 200) {
        looked(report, "objects");
        wrong(report, "objects", { at: key, found: `the server answers ${status}` });
        return undefined;
      }
      const found = `no Access-Control-Allow-Origin lets ${origin} read it (it is ${allowed ?? "missing"})`;
      expectThat(report, "cors", allowed === "*" || allowed === origin, { at: key, found });
      if (!kinds.has(kindOf(key))) {
        kinds.add(kindOf(key));
        await checkPreflight(url, key, report);
      }
      return { bytes, ...(encoding !== undefined && { contentEncoding: encoding }) } as Stored;
    },
  };
}

/** Kinds of objects that servers may treat differently. */
function kindOf(key: string): string {
  const name = key.slice(key.lastIndexOf("/") + 1);
  if (/^-?\d+-.*_.*_/.test(name)) return "chunk";
  if (/^\d+:0$/.test(name)) return "manifest";
  return /^mesh\./.test(name) ? "fragment" : name;
}

/** The question that browsers ask before a request with a header of their own, such as a range of several parts. */
async function checkPreflight(url: string, key: string, report: Report): Promise<void> {
  const request = url.startsWith("https:") ? httpsRequest : httpRequest;
  const headers = {
    Origin: origin,
    "Access-Control-Request-Method": "GET",
    "Access-Control-Request-Headers": "range",
  };
  const { status, headers: answer } = await fetchBytes((done) =>
    request(urlOf(url, key), { method: "OPTIONS", headers, timeout: patience }, done).end(),
  );
  const allowed = answer["access-control-allow-origin"];
  const names = (answer["access-control-allow-headers"] ?? "").toLowerCase().split(/[\s,]+/);
  const right =
    status >= 200 &&
    status < 300 &&
    (allowed === "*" || allowed === origin) &&
    ["*", "range"].some((one) => names.includes(one));
  const found = `the server refuses a preflight (OPTIONS answers ${status}, allowed origin ${allowed ?? "none"}, headers ${names.join() || "none"})`;
  expectThat(report, "cors", right, { at: key, found });
}

/** `:` of a manifest goes out as it is, as viewers send it. */
function urlOf(url: string, key: string): string {
  const path = key.split("/").map((part) => encodeURIComponent(part).replaceAll("%3A", ":"));
  return `${url.replace(/\/+$/, "")}/${path.join("/")}`;
}

type Answer = {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly bytes: Uint8Array;
};

function fetchBytes(
  start: (done: (answer: IncomingMessage) => void) => ReturnType<typeof httpGet>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = start((answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("error", reject);
      answer.on("end", () => {
        const { statusCode: status = 0, headers } = answer;
        resolve({ status, headers, bytes: new Uint8Array(Buffer.concat(parts)) });
      });
    });
    request.on("timeout", () => request.destroy(new Error("the server does not answer")));
    request.on("error", reject);
  });
}
