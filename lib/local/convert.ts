import { availableParallelism } from "node:os";
import path from "node:path";
import { InputError } from "../format/error.ts";
import { type FileOptions, isChunk, isMeshError, isSourceList } from "../format/options.ts";
import { parseResolution } from "../format/resolution.ts";
import { notSource } from "../format/source.ts";
import { inlineLink, stateLink } from "../format/state.ts";
import type { Plan } from "../plan/plan.ts";
import { readOptions } from "../step/options.ts";
import { type Settings, usualSettings } from "../step/settings.ts";
import { directoryStore } from "../store/directory.ts";
import { checkUnchanged, fingerprintOf, inputState } from "./fingerprint.ts";
import { openFolders } from "./folders.ts";
import { hashFiles } from "./hash.ts";
import { locate } from "./locate.ts";
import { preparePlace } from "./place.ts";
import { openPool } from "./pool.ts";
import { type Progress, silent } from "./progress.ts";
import { type RunResult, runPipeline } from "./run.ts";
import { keepOnSignal, UnfinishedError } from "./unfinished.ts";

/** What `neuropress.json` may choose the caller may choose as well, and wins. */
export type ConvertOptions = FileOptions & {
  /** A folder of slices, or one TIFF with all pages. */
  readonly input: string;
  /** The folder to make. */
  readonly output: string;
  /** As on the command line, for example `798x798x2000nm`; needed where there is no `info`. */
  readonly resolution?: string;
  readonly threads?: number;
  readonly progress?: Progress;
  /** Told of the plan before anything is made. */
  readonly planned?: (plan: Plan) => void;
};

export type Summary = Omit<RunResult, "state"> & {
  readonly output: string;
  readonly seconds: number;
  readonly link: string;
  /** The link that holds the whole state, if it is short enough. */
  readonly inlineLink?: string;
};

/** Where `serve` shows a dataset unless told otherwise, and the viewer. */
const defaultUrl = "http://127.0.0.1:9000";
const viewer = `${defaultUrl}/viewer/`;

/**
 * The whole job on this machine: slices in, a dataset out. OUT appears whole or not at all; an earlier result
 * stays until the new one is whole. What a run of the same input and settings was cut off from is gone on with.
 *
 * @throws InputError if the input cannot be converted exactly, or OUT must not be replaced
 * @throws UnfinishedError if something else went wrong, and what is done is kept
 */
export async function convert(options: ConvertOptions): Promise<Summary> {
  const since = performance.now();
  const given = settingsOf(options);
  const { folder, stack } = await locate(options.input);
  const before = await inputState(folder, stack);
  const settings = {
    ...usualSettings,
    ...(await readOptions(directoryStore(folder))),
    ...given,
    ...(stack !== undefined && { stack }),
  };
  const place = await preparePlace({
    output: options.output,
    input: folder,
    fingerprint: await fingerprintOf(before, settings),
  });
  const release = keepOnSignal(place);
  const stop = new AbortController();
  const folders = { input: folder, work: place.work, output: place.result };
  try {
    const { state, ...result } = await runPipeline({
      context: openFolders(folders),
      open: (tasks) => openPool(Math.min(options.threads ?? availableParallelism(), tasks), folders),
      hash: (names) => hashFiles(folder, names, stop.signal),
      settings,
      publish: { name: path.basename(path.resolve(options.output)), url: defaultUrl, viewer },
      progress: options.progress ?? silent,
      ...(options.planned && { planned: options.planned }),
    });
    checkUnchanged(before, await inputState(folder, stack));
    await place.commit();
    const seconds = (performance.now() - since) / 1000;
    const inline = inlineLink(viewer, state);
    return {
      ...result,
      output: options.output,
      seconds,
      link: stateLink(viewer, `${defaultUrl}/state.json`),
      ...(inline !== undefined && { inlineLink: inline }),
    };
  } catch (error) {
    stop.abort();
    if (error instanceof InputError) {
      place.discard();
      // What was found may be a file that was half written.
      checkUnchanged(before, await inputState(folder, stack));
      throw error;
    }
    place.keep();
    throw new UnfinishedError(error, place.root);
  } finally {
    release();
  }
}

/** What the caller has chosen; it wins over `neuropress.json`. @throws InputError naming an option that cannot be */
export function settingsOf(options: Omit<ConvertOptions, "input" | "output">): Partial<Settings> {
  const { resolution, chunk, encoding, downsampling, meshError, mesh, verify, images } = options;
  if (chunk !== undefined && !isChunk(chunk)) {
    throw new InputError({
      file: "--chunk",
      found: `${chunk} is not a power of two from 8 to 512`,
      advice: "Use 64 or 128",
    });
  }
  if (meshError !== undefined && !isMeshError(meshError)) {
    throw new InputError({
      file: "--mesh-error",
      found: `${meshError} is not a number of voxels from 0 to 10`,
    });
  }
  if (images !== undefined && !isSourceList(images)) throw notSource(images.join(", "));
  return {
    ...(chunk !== undefined && { chunk }),
    ...(encoding !== undefined && { encoding }),
    ...(downsampling !== undefined && { downsampling }),
    ...(meshError !== undefined && { meshError }),
    ...(mesh !== undefined && { mesh }),
    ...(verify !== undefined && { verify }),
    ...(images !== undefined && { images }),
    ...(resolution !== undefined && { resolution: parseResolution(resolution) }),
  };
}
