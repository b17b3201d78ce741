import type { Hop, Reply } from "./ask.ts";
import { isSameOrigin, mayRead } from "./cors.ts";
import { isLogin } from "./login.ts";
import { isMixed } from "./mixed.ts";
import { shortName, type Visit } from "./visit.ts";

/** Follows the way an answer took, with a browser's eyes. False if it does not get there. */
export function checkHops(visit: Visit, reply: Reply): boolean {
  const { chart, origin } = visit;
  for (const hop of reply.hops) {
    const name = shortName(visit, hop.from);
    const words = `${hop.status} to ${hop.to}`;
    if (isLogin(hop.to)) {
      chart.find("login", name, words);
      return false;
    }
    if (isMixed(hop.to, origin)) {
      chart.find("mixed-content", name, words);
      return false;
    }
    if (isFolder(hop)) {
      chart.find("directory-listing", name, `${words}: it is a folder`);
      return false;
    }
    if (!isSameOrigin(visit, hop.from) && !mayRead(hop.headers, origin)) {
      chart.find("redirect", name, `${words}, without Access-Control-Allow-Origin`);
      return false;
    }
  }
  const last = reply.hops.at(-1);
  if (last !== undefined && reply.status >= 300 && reply.status < 400) {
    chart.find("redirect", shortName(visit, reply.url), `${reply.hops.length} redirects and no end`);
    return false;
  }
  const first = reply.hops[0];
  if (first !== undefined)
    visit.chart.note(
      visit.base,
      `requests are sent on (${first.status} to ${new URL(first.to).origin}): give that address, it saves a way per object`,
    );
  return true;
}

function isFolder({ from, to }: Hop): boolean {
  return new URL(to).pathname === `${new URL(from).pathname}/`;
}
