import { text } from "node:stream/consumers";

/** A finding of `npm audit` that is known and why it does no harm here. */
export type Explained = {
  /** As npm names it, for example GHSA-xxxx-xxxx-xxxx. */
  readonly advisory: string;
  readonly package: string;
  /** The version that is meant: another one has to be looked at anew. */
  readonly version: string;
  readonly why: string;
};

export const explained: readonly Explained[] = [];

type Via = string | { readonly name: string; readonly url?: string; readonly title?: string };
export type Report = {
  readonly message?: string;
  readonly error?: unknown;
  readonly vulnerabilities?: Readonly<
    Record<string, { readonly severity: string; readonly via: readonly Via[] }>
  >;
};

/** What of a report of `npm audit --json` is not explained; undefined if the registry gave none. */
export function unexplained(report: Report, known = explained): string[] | undefined {
  if (report.vulnerabilities === undefined) return undefined;
  return Object.entries(report.vulnerabilities).flatMap(([name, { severity, via }]) =>
    via
      // A text names the package that it comes from, which is listed itself.
      .filter((one) => typeof one !== "string")
      .filter(
        ({ url = "" }) => !known.some((one) => one.package === name && url.endsWith(`/${one.advisory}`)),
      )
      .map(({ title, url }) => `${severity}: ${name}: ${title ?? ""} (${url ?? "no address"})`),
  );
}

/** `npm run audit`: reads a report and says what is not explained. @returns the exit status */
function judge(json: string): number {
  const found = unexplained(JSON.parse(json || "{}") as Report);
  if (found === undefined) {
    console.log("the registry does not answer audits: nothing is known");
    return 0;
  }
  console.log(found.length === 0 ? "no finding that is not explained" : found.join("\n"));
  return found.length === 0 ? 0 : 1;
}

if (import.meta.main) process.exitCode = judge(await text(process.stdin));
