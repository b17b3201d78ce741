import type { IncomingMessage } from "node:http";
import { cors } from "../format/cors.ts";
import type { Answer } from "./answer.ts";
import { words } from "./answer.ts";
import { keyOf } from "./key.ts";
import { object } from "./object.ts";
import { state } from "./state.ts";

/** What is served where. Folders are real paths, links resolved. */
export type Place = {
  readonly data: string;
  readonly viewer: string | undefined;
  /** `host:port` of this server, for requests that name no usable host. */
  address: string;
};

const METHODS = [...cors.methods, "OPTIONS"].join(", ");
const FRESH = "no-cache";
/** Files below the viewer's assets/ carry the hash of their content in their name. */
const FOREVER = "public, max-age=31536000, immutable";

/** Decides what one request gets: the viewer below /viewer/, the start page at /, else the dataset. */
export async function route(request: IncomingMessage, place: Place, gone?: AbortSignal): Promise<Answer> {
  if (request.method === "OPTIONS") return preflight();
  if (request.method !== "GET" && request.method !== "HEAD") {
    return words(405, "this server only reads", { Allow: METHODS });
  }
  const key = keyOf(request.url ?? "/");
  if (key === undefined) return words(400, "not a path of this server");
  const asked = { headers: request.headers, ...(gone && { gone }) };
  const { headers } = request;
  const origin = `http://${hostOf(headers.host) ?? place.address}`;
  if (key === "") return home({ request, place, origin });
  if (place.viewer !== undefined && key === "viewer") return redirect(301, "/viewer/");
  if (place.viewer !== undefined && key.startsWith("viewer/")) {
    const name = key.slice("viewer/".length) || "index.html";
    const cache = name.startsWith("assets/") ? FOREVER : FRESH;
    return object({ folder: place.viewer, key: name, cache, ...asked });
  }
  if (key === "state.json") return state(place.data, origin);
  return object({ folder: place.data, key, cache: FRESH, ...asked });
}

/** RFC 9110 7.2: the authority the client used, if it has the form of a host name or an address. */
export function hostOf(header: string | undefined): string | undefined {
  return header !== undefined && /^([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/i.test(header)
    ? header
    : undefined;
}

async function home(at: { request: IncomingMessage; place: Place; origin: string }): Promise<Answer> {
  const { request, place, origin } = at;
  const page = await object({
    folder: place.data,
    key: "index.html",
    headers: request.headers,
    cache: FRESH,
  });
  if (page.status !== 404) return page;
  if (place.viewer !== undefined) return redirect(302, `/viewer/#!${origin}/state.json`);
  return words(
    404,
    `a dataset of neuropress, without a viewer: open precomputed://${origin} in neuroglancer`,
  );
}

function redirect(status: number, target: string): Answer {
  return words(status, target, { Location: target, "Cache-Control": FRESH });
}

function preflight(): Answer {
  return {
    status: 204,
    headers: {
      Allow: METHODS,
      "Access-Control-Allow-Methods": METHODS,
      "Access-Control-Allow-Headers": cors.headers,
      "Access-Control-Max-Age": cors.maxAge,
    },
  };
}
