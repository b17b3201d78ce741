import type { Reply } from "./ask.ts";
import { shortName, type Visit } from "./visit.ts";

/** Whether a page of the viewer's origin may see an answer (Fetch standard, CORS check). */
export function mayRead(headers: Headers, origin: string): boolean {
  const allowed = headers.get("access-control-allow-origin")?.trim();
  return allowed === "*" || allowed === origin;
}

/** A viewer that comes from the data's own host needs nobody's leave. */
export function isSameOrigin(visit: Visit, url: string): boolean {
  return new URL(url).origin === visit.origin;
}

/**
 * Checks that the viewer may see an answer, and names why not. A page is not told: to it the object is missing, so
 * chunks are drawn as background without a word.
 */
export async function checkCors(visit: Visit, reply: Reply): Promise<void> {
  const { origin, chart } = visit;
  if (isSameOrigin(visit, reply.url) && reply.hops.length === 0) return;
  if (mayRead(reply.headers, origin)) return;
  const name = shortName(visit, reply.url);
  const allowed = reply.headers.get("access-control-allow-origin");
  // Headers of the same name arrive joined by commas.
  if (allowed?.includes(","))
    return chart.find("cors-twice", name, `Access-Control-Allow-Origin: ${allowed}`);
  if (await isCopy(visit, reply)) {
    const held = ["age", "x-cache", "cf-cache-status", "x-cache-status"].filter((header) =>
      reply.headers.has(header),
    );
    const words = held.map((header) => `${header}: ${reply.headers.get(header)}`).join(", ");
    return chart.find(
      "cors-cached",
      name,
      `without the header, but with it past the cache${words && ` (${words})`}`,
    );
  }
  if (allowed === null)
    return chart.find("cors-missing", name, "no Access-Control-Allow-Origin in the answer");
  chart.find("cors-origin", name, `only ${allowed} may read, not ${origin}`);
}

/** A cache that does not tell origins apart gives everyone the first reader's answer; a query leads past it. */
async function isCopy({ ask, origin }: Visit, reply: Reply): Promise<boolean> {
  const past = await ask(`${reply.url}?neuropress-doctor=1`, { most: 2 ** 20 });
  return past.status === reply.status && mayRead(past.headers, origin);
}

/**
 * A real preflight. Browsers that know ranges as harmless send none, so a refusal only counts where data are read by
 * ranges: older ones, and viewers that sign in, ask first.
 */
export async function checkPreflight(visit: Visit, url: string, readsRanges: boolean): Promise<void> {
  if (isSameOrigin(visit, url)) return;
  const headers = { "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "range" };
  const reply = await visit.ask(url, { method: "OPTIONS", headers });
  const refusal = refusalOf(reply, visit.origin);
  const name = shortName(visit, url);
  if (refusal !== undefined && readsRanges) visit.chart.find("cors-preflight", name, refusal);
  else if (refusal !== undefined)
    visit.chart.note(name, `the preflight is refused (${refusal}); these data are read without one`);
}

function refusalOf({ status, headers }: Reply, origin: string): string | undefined {
  if (status < 200 || status > 299) return `OPTIONS is answered with ${status || "nothing"}`;
  if (!mayRead(headers, origin))
    return `OPTIONS is answered with Access-Control-Allow-Origin ${headers.get("access-control-allow-origin") ?? "missing"}`;
  const allowed = (headers.get("access-control-allow-headers") ?? "").toLowerCase().split(/\s*,\s*/);
  if (allowed.includes("*") || allowed.includes("range")) return undefined;
  return `Access-Control-Allow-Headers is ${allowed.join(", ") || "missing"}, without Range`;
}

/** What a page may know of ranges. The viewer works without; it then trusts that it got what it asked for. */
export function checkExposed(visit: Visit, reply: Reply): void {
  if (isSameOrigin(visit, reply.url)) return;
  const exposed = (reply.headers.get("access-control-expose-headers") ?? "").toLowerCase().split(/\s*,\s*/);
  if (exposed.includes("*") || exposed.includes("content-range")) return;
  const said = "Access-Control-Expose-Headers lacks Content-Range: pages cannot check which bytes they got";
  visit.chart.note(shortName(visit, reply.url), said);
}
