import { type Address, addressOf, sourcesOf } from "./address.ts";
import { createAsk } from "./ask.ts";
import type { Host } from "./cause.ts";
import { visitChunks } from "./chunks.ts";
import { checkPreflight } from "./cors.ts";
import { openInfo } from "./door.ts";
import { type Chart, createChart, type Finding, type Note } from "./finding.ts";
import { parseJson } from "./json.ts";
import { visitMeshes } from "./mesh.ts";
import { isLoopback, isMixed } from "./mixed.ts";
import { visitProperties } from "./properties.ts";
import { visitSkeletons } from "./skeleton.ts";
import { checkSpace, extentOf, length } from "./space.ts";
import { visitState } from "./state.ts";
import { addressIn, type Visit } from "./visit.ts";
import type { Volume } from "./volume.ts";

export type DoctorOptions = {
  /** Address of the viewer that readers use; the public one unless told. */
  readonly viewer?: string;
  /** Look at every chunk and at every mesh that is known. */
  readonly all?: boolean;
  /** Milliseconds that one request may take. */
  readonly timeout?: number;
  /** Requests at the same time. */
  readonly parallel?: number;
  /** Milliseconds before what was refused for the moment is asked for again. */
  readonly patience?: number;
};

export type Diagnosis = {
  readonly given: string;
  /** The folder that was looked at; absent if the address led nowhere. */
  readonly url?: string;
  readonly viewer: string;
  readonly sound: boolean;
  readonly findings: readonly Finding[];
  readonly notes: readonly Note[];
  readonly host?: Host;
  readonly volume?: Facts;
  readonly looked: Visit["looked"] & { readonly requests: number; readonly bytes: number };
};

/** What the volume is, for people to compare with what they meant. */
export type Facts = {
  readonly type: string;
  readonly dataType: string;
  readonly size: readonly number[];
  readonly voxelOffset: readonly number[];
  readonly resolution: readonly number[];
  /** Physical size in words. */
  readonly extent: string;
  readonly scales: number;
  readonly encoding: string;
};

export const publicViewer = "https://neuroglancer-demo.appspot.com/";

/**
 * Looks at a precomputed dataset on the web as a viewer would and says what is wrong with it, whoever made it. Nothing is
 * written, nothing is sent but GET and OPTIONS.
 *
 * @param given what a person has: an address in any of the forms that viewers take, or a link to a viewer
 */
export async function diagnose(given: string, options: DoctorOptions = {}): Promise<Diagnosis> {
  const { viewer = publicViewer, all = false, timeout = 20_000, parallel = 8, patience = 500 } = options;
  const chart = createChart();
  const { origin } = new URL(viewer);
  const ask = createAsk({ origin, timeout, parallel, patience });
  const looked = { chunks: 0, meshes: 0, fragments: 0 };
  const close = (rest: Pick<Diagnosis, "url" | "host" | "volume"> = {}): Diagnosis => ({
    given,
    viewer,
    sound: chart.findings.size === 0,
    findings: [...chart.findings.values()],
    notes: chart.notes,
    ...rest,
    looked: { ...looked, ...ask.count },
  });
  const url = await settle(given, { chart, ask });
  if (url === undefined) return close();
  const visit: Visit = { base: url, origin, ask, chart, all, looked };
  if (isMixed(url, origin)) {
    chart.find("mixed-content", url, `${url} is http, the viewer ${origin} is https`);
  } else if (origin.startsWith("https:") && url.startsWith("http:") && isLoopback(new URL(url).hostname))
    chart.note(
      url,
      "on this machine only. Safari never lets a page of https read it, Chrome asks first: a viewer from the same address, as npm run serve has it, avoids both",
    );
  const door = await openInfo(visit);
  const host = door.host === undefined ? {} : { host: door.host };
  if (door.volume === undefined) return close({ url, ...host });
  await visitVolume(visit, door.volume);
  return close({ url, ...host, volume: factsOf(door.volume) });
}

async function visitVolume(visit: Visit, volume: Volume): Promise<void> {
  checkSpace(volume, visit.chart);
  const listed = await visitProperties(visit, volume);
  const selected = await visitState(visit, volume);
  const observed = await visitChunks(visit, volume);
  const ranges = await visitMeshes(visit, volume, { observed, listed, selected });
  await visitSkeletons(visit, volume);
  await checkPreflight(
    visit,
    addressIn(visit.base, "info"),
    ranges || volume.scales.some(({ sharding }) => sharding !== undefined),
  );
}

/** The folder that an address leads to, through a link and its state if need be. */
async function settle(
  given: string,
  { chart, ask }: Pick<Visit, "chart" | "ask">,
): Promise<string | undefined> {
  let address: Address = addressOf(given);
  if (address.kind === "stateUrl") {
    const reply = await ask(address.url, { most: 2 ** 26 });
    const parsed = parseJson(reply.bytes);
    if (reply.status !== 200 || "why" in parsed) {
      const found =
        reply.status === 200 && "why" in parsed
          ? parsed.why
          : `the answer is ${reply.status || reply.failure?.words}`;
      return void chart.find("state-form", address.url, found);
    }
    address = { kind: "state", state: parsed.json };
  }
  if (address.kind === "state") address = fromState(address.state, chart);
  if (address.kind === "refused") return void chart.find(address.cause, given, address.found);
  if (address.kind !== "folder") return void chart.find("address", given, "a link in a link");
  for (const step of address.steps) chart.note(given, step);
  if (address.trouble) chart.find(address.trouble.cause, given, address.trouble.found);
  return address.url;
}

function fromState(state: unknown, chart: Chart): Address {
  const sources = sourcesOf(state);
  const [first, ...others] = sources.filter((source) => addressOf(source).kind === "folder");
  if (first === undefined) {
    const found =
      sources[0] === undefined
        ? "the link has no layer with a source"
        : `its layers show ${sources.join(", ")}`;
    return sources[0] === undefined ? { kind: "refused", cause: "state-form", found } : addressOf(sources[0]);
  }
  chart.note(
    "link",
    `its layer shows ${first}${others.length > 0 ? `; not looked at: ${others.join(", ")}` : ""}`,
  );
  return addressOf(first);
}

function factsOf({ type, dataType, scales }: Volume): Facts {
  const first = scales[0];
  if (first === undefined) throw new Error("a volume without scales");
  const { size, voxelOffset, resolution, encoding } = first;
  const extent = extentOf(first).map(length).join(" x ");
  return { type, dataType, size, voxelOffset, resolution, extent, scales: scales.length, encoding };
}
