import type { Cause } from "./cause.ts";

/** What an address that a person has copied from somewhere stands for. */
export type Address =
  | {
      readonly kind: "folder";
      /** http or https address of the folder that should hold `info`, with a slash at its end. */
      readonly url: string;
      /** What was done to get there, in words. */
      readonly steps: readonly string[];
      /** What is wrong with the address itself, although we get there. */
      readonly trouble?: { readonly cause: Cause; readonly found: string };
    }
  | { readonly kind: "state"; readonly state: unknown }
  | { readonly kind: "stateUrl"; readonly url: string }
  | { readonly kind: "refused"; readonly cause: Cause; readonly found: string };

const formats =
  /^(zarr|zarr2|zarr3|n5|brainmaps|graphene|nifti|boss|dvid|render|deepzoom|vtk|obj|python):\/\//i;
const piped = /\|(zarr|zarr2|zarr3|n5|nifti|neuroglancer-(?!precomputed)[a-z-]+):/i;

/**
 * Understands what the viewer takes as a source (`precomputed://`, `gs://`, `s3://`, `|neuroglancer-precomputed:`), links
 * to the viewer, addresses of cloud consoles, and addresses with `info` at their end. Buckets are mapped to https as
 * the viewer maps them.
 */
export function addressOf(given: string): Address {
  const text = given.trim().replace(/^["'<]|["'>]$/g, "");
  const linked = /^https?:\/\/[^#]*#!(.*)$/s.exec(text);
  if (linked) return fromLink(linked[1] ?? "");
  if (formats.test(text) || piped.test(text))
    return { kind: "refused", cause: "other-format", found: `${text.slice(0, 80)} names another format` };
  const steps: string[] = [];
  const bare = text
    .replace(/^(precomputed:\/\/)+/i, "")
    .replace(/\|neuroglancer-precomputed:.*$/i, "")
    .replace(/#.*$/s, "");
  if (/^(middleauth|ngauth)\+/i.test(bare))
    return { kind: "refused", cause: "login", found: `${bare} asks readers to sign in` };
  if (/^file:/i.test(bare) || /^([./~]|[a-z]:[\\/])/i.test(bare) || !/^[a-z0-9+.-]+:\/\//i.test(bare))
    return { kind: "refused", cause: "local-file", found: `${bare.slice(0, 200)} is a path on one computer` };
  return toHttps(bare, steps);
}

function toHttps(bare: string, steps: string[]): Address {
  const [, scheme = "", bucket = "", path = ""] = /^([a-z0-9+.-]+):\/\/([^/]*)\/?(.*)$/is.exec(bare) ?? [];
  const kind = scheme.toLowerCase();
  if (kind === "gs") return folder(`https://storage.googleapis.com/${bucket}/${path}`, steps, "gs://");
  if (kind === "s3") {
    if (!bucket.includes(".")) return folder(`https://${bucket}.s3.amazonaws.com/${path}`, steps, "s3://");
    const found = `the viewer reads s3://${bucket} at https://${bucket}.s3.amazonaws.com, and the certificate there does not cover the dots`;
    const mapped = folder(`https://s3.amazonaws.com/${bucket}/${path}`, steps, "s3://");
    return { ...mapped, ...(mapped.kind === "folder" && { trouble: { cause: "bucket-dots", found } }) };
  }
  if (/^(s3|gs)\+https?$/.test(kind))
    return folder(`${kind.slice(3)}://${bucket}/${path}`, steps, `${kind}://`);
  if (kind === "http" || kind === "https") return fromWeb(bare, steps);
  return {
    kind: "refused",
    cause: "address",
    found: `${bare.slice(0, 200)} is of a kind the viewer does not read`,
  };
}

function fromWeb(bare: string, steps: string[]): Address {
  if (!URL.canParse(bare))
    return { kind: "refused", cause: "address", found: `${bare.slice(0, 200)} is no address` };
  const url = new URL(bare);
  const bucket = /^\/s3\/buckets\/([^/]+)/.exec(url.pathname)?.[1];
  if (url.hostname.endsWith("console.aws.amazon.com") && bucket !== undefined)
    return folder(
      `https://${bucket}.s3.amazonaws.com/${url.searchParams.get("prefix") ?? ""}`,
      steps,
      "the console's page",
    );
  const browser = /^\/storage\/browser\/(?:_details\/)?(.+?)(?:;.*)?$/.exec(url.pathname)?.[1];
  if (url.hostname === "console.cloud.google.com" && browser !== undefined)
    return folder(`https://storage.googleapis.com/${browser}`, steps, "the console's page");
  if (url.hostname === "storage.cloud.google.com")
    return folder(
      `https://storage.googleapis.com${url.pathname}`,
      steps,
      "the address for people who are signed in",
    );
  if (url.search !== "")
    steps.push(`left out what follows the question mark: the viewer adds names behind it`);
  url.search = "";
  if (url.username !== "" || url.password !== "")
    return {
      kind: "refused",
      cause: "login",
      found: "the address holds a name and a password, which viewers do not send",
    };
  return folder(url.href, steps);
}

function folder(address: string, steps: string[], from?: string): Address {
  if (!URL.canParse(address)) return { kind: "refused", cause: "address", found: `${address} is no address` };
  if (from !== undefined) steps.push(`read ${from} as ${address}`);
  const plain = address.replace(/\/info(\.json)?\/?$/, "/");
  if (plain !== address) steps.push("left out info at the end: the folder is the source");
  return { kind: "folder", url: plain.replace(/\/*$/, "/"), steps };
}

function fromLink(fragment: string): Address {
  if (/^[a-z0-9+.-]+:\/\//i.test(fragment)) return { kind: "stateUrl", url: fragment };
  try {
    return { kind: "state", state: JSON.parse(decodeURIComponent(fragment.replace(/^\+/, ""))) };
  } catch {
    return { kind: "refused", cause: "state-form", found: "the state in the link cannot be read" };
  }
}

/** Sources of the layers of a viewer's state, labels first. */
export function sourcesOf(state: unknown): string[] {
  const layers = (state as { layers?: unknown } | null)?.layers;
  const list = Array.isArray(layers) ? layers : Object.values((layers ?? {}) as object);
  const found = list.filter((layer) => typeof layer === "object" && layer !== null) as Layer[];
  const labels = found.filter(({ type }) => type === "segmentation");
  return [...labels, ...found.filter((layer) => !labels.includes(layer))].flatMap(({ source }) =>
    [source].flat().flatMap((one) => {
      const url = typeof one === "object" && one !== null ? (one as { url?: unknown }).url : one;
      return typeof url === "string" ? [url] : [];
    }),
  );
}

type Layer = { readonly type?: unknown; readonly source?: unknown };
