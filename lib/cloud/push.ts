import { stat } from "node:fs/promises";
import path from "node:path";
import { InputError } from "../format/error.ts";
import type { InputFile } from "../plan/plan.ts";
import { isInput, runId } from "../plan/run.ts";
import { readOptions } from "../step/options.ts";
import { planStep } from "../step/plan.ts";
import { bucketStore, createS3 } from "../store/bucket.ts";
import { directoryStore } from "../store/directory.ts";
import { memoryStore } from "../store/memory.ts";
import { fileEtag } from "./etag.ts";
import { sendFile } from "./send.ts";
import type { Site } from "./site.ts";

export type PushOptions = {
  /** A folder of slices with an `info`, or one TIFF with an `info` beside it. */
  readonly input: string;
  /** Where in the uploads bucket; several levels are fine. */
  readonly project: string;
  readonly site: Site;
  /** Delete files of the project's earlier uploads that the input has not. */
  readonly prune: boolean;
  readonly say: (line: string) => void;
};

export type Pushed = {
  /** The run that the files there now belong to. */
  readonly run: string;
  readonly sent: number;
};

/** Files under way at the same time. */
const lanes = 8;

/**
 * Uploads an input, `info` last. What is there already with the same content is not sent, so that a stopped
 * upload goes on where it was. Mistakes are told before anything is sent.
 *
 * @throws InputError if the input cannot be converted
 */
export async function push({ input, project, site, prune, say }: PushOptions): Promise<Pushed> {
  checkProject(project);
  const { folder, names } = await readInput(input);
  const client = createS3();
  const uploads = bucketStore({ client, bucket: site.UploadsBucket, prefix: project });
  const there = new Map<string, InputFile>();
  for await (const { key: name, ...head } of uploads.entries())
    if (isInput(name)) there.set(name, { name, ...head });
  const extra = [...there.keys()].filter((name) => !names.includes(name));
  if (extra.length > 0 && !prune) {
    throw new InputError({
      file: project,
      found: `has ${extra.length} files from an earlier upload that the input has not (${extra.slice(0, 3).join(", ")})`,
      advice: "Use --prune to delete them there, or another project name",
    });
  }
  for (const name of extra) await uploads.delete(name);
  let sent = 0;
  let bytes = 0;
  const since = performance.now();
  const files: InputFile[] = [];
  const one = async (name: string) => {
    const file = path.join(folder, name);
    const { size } = await stat(file);
    const etag = await fileEtag(file, size);
    files.push({ name, size, etag });
    if (there.get(name)?.etag === etag) return;
    await sendFile({ client, bucket: site.UploadsBucket, key: `${project}/${name}`, file, size });
    sent++;
    bytes += size;
    const rate = bytes / 1e6 / ((performance.now() - since) / 1000);
    if (sent % 50 === 0) say(`sent ${sent} of ${names.length} files, ${rate.toFixed(1)} MB/s`);
  };
  const queue = names.filter((name) => name !== "info").values();
  const lane = async () => {
    for (const name of queue) await one(name);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  await one("info");
  say(
    `${sent} of ${names.length} files sent (${(bytes / 1e6).toFixed(1)} MB), the others were there already`,
  );
  return { run: runId({ project, files, program: site.Program }), sent };
}

/** Asks for another try of a failed run: whoever starts runs looks again when `info` comes. */
export async function sendInfo(input: string, project: string, site: Site): Promise<void> {
  const { folder } = await readInput(input);
  const file = path.join(folder, "info");
  const { size } = await stat(file);
  await sendFile({ client: createS3(), bucket: site.UploadsBucket, key: `${project}/info`, file, size });
}

/** The files to send, found convertible: the plan reads all headers and compares them with `info`. */
async function readInput(input: string): Promise<{ folder: string; names: string[] }> {
  const found = await stat(input).catch(() => undefined);
  if (found === undefined) throw new InputError({ file: input, found: "is not there" });
  const folder = found.isDirectory() ? path.resolve(input) : path.dirname(path.resolve(input));
  const store = directoryStore(folder);
  if ((await store.head("info")) === undefined) {
    throw new InputError({ file: "info", found: "is missing", advice: "In the cloud every project has one" });
  }
  const usual = {
    chunk: 128,
    downsampling: "majority",
    meshError: 0.3,
    mesh: true,
    images: [],
    version: "",
  } as const;
  const stack = found.isDirectory() ? {} : { stack: path.basename(input) };
  const settings = { ...usual, ...(await readOptions(store)), ...stack };
  const plan = await planStep({ input: store, work: memoryStore(), output: memoryStore() }, settings);
  const names = plan.files.map(({ name }) => name);
  for (const name of ["labels.csv", "neuropress.json"]) if (await store.head(name)) names.push(name);
  return { folder, names: [...names, "info"] };
}

function checkProject(project: string): void {
  const parts = project.split("/");
  if (project.length <= 200 && parts.every((part) => part !== "" && part !== "." && part !== "..")) return;
  throw new InputError({
    file: "PROJECT",
    found: `"${project}" is not a name`,
    advice: "Use for example lab/volume-1",
  });
}
