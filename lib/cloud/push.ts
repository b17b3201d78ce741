import { stat } from "node:fs/promises";
import path from "node:path";
import type { S3Client } from "@aws-sdk/client-s3";
import { InputError } from "../format/error.ts";
import type { InputFile } from "../plan/plan.ts";
import { inputsBeside, isInput, runId } from "../plan/run.ts";
import { readOptions } from "../step/options.ts";
import { planStep } from "../step/plan.ts";
import { usualSettings } from "../step/settings.ts";
import { bucketStore, createS3 } from "../store/bucket.ts";
import { directoryStore } from "../store/directory.ts";
import { memoryStore } from "../store/memory.ts";
import type { Store } from "../store/store.ts";
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
  const there = await inputsThere(uploads);
  const extra = [...there.keys()].filter((name) => !names.includes(name));
  if (extra.length > 0 && !prune) throw leftOver(project, extra);
  for (const name of extra) await uploads.delete(name);
  const target = { client, bucket: site.UploadsBucket, project, folder, there };
  const sent = counter(names.length, say);
  const queue = names.filter((name) => name !== "info").values();
  const files: InputFile[] = [];
  const lane = async () => {
    for (const name of queue) files.push(await sendOne(target, name, sent));
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  files.push(await sendOne(target, "info", sent));
  say(
    `${sent.files} of ${names.length} files sent (${(sent.bytes / 1e6).toFixed(1)} MB), the others were there already`,
  );
  return { run: runId({ project, files, program: site.Program }), sent: sent.files };
}

async function inputsThere(uploads: Store): Promise<Map<string, InputFile>> {
  const there = new Map<string, InputFile>();
  for await (const { key: name, ...head } of uploads.entries()) {
    if (isInput(name)) there.set(name, { name, ...head });
  }
  return there;
}

function leftOver(project: string, extra: readonly string[]): InputError {
  return new InputError({
    file: project,
    found: `has ${extra.length} files from an earlier upload that the input has not (${extra.slice(0, 3).join(", ")})`,
    advice: "Use --prune to delete them there, or another project name",
  });
}

type Target = {
  readonly client: S3Client;
  readonly bucket: string;
  readonly project: string;
  readonly folder: string;
  readonly there: ReadonlyMap<string, InputFile>;
};
type Sent = { files: number; bytes: number; add(bytes: number): void };

/** Sends a file unless it is there with the same content. @returns what is there now */
async function sendOne(target: Target, name: string, sent: Sent): Promise<InputFile> {
  const { client, bucket, project, folder, there } = target;
  const file = path.join(folder, name);
  const { size } = await stat(file);
  const etag = await fileEtag(file, size);
  if (there.get(name)?.etag !== etag) {
    await sendFile({ client, bucket, key: `${project}/${name}`, file, size });
    sent.add(size);
  }
  return { name, size, etag };
}

/** Counts what was sent, and says so now and then. */
function counter(total: number, say: (line: string) => void): Sent {
  const since = performance.now();
  return {
    files: 0,
    bytes: 0,
    add(bytes) {
      this.files++;
      this.bytes += bytes;
      if (this.files % 50 !== 0) return;
      const rate = this.bytes / 1e3 / (performance.now() - since);
      say(`sent ${this.files} of ${total} files, ${rate.toFixed(1)} MB/s`);
    },
  };
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
  const stack = found.isDirectory() ? {} : { stack: path.basename(input) };
  const settings = { ...usualSettings, ...(await readOptions(store)), ...stack };
  const plan = await planStep({ input: store, work: memoryStore(), output: memoryStore() }, settings);
  const names = plan.files.map(({ name }) => name);
  const beside = inputsBeside.filter((name) => name !== "info");
  for (const name of beside) if ((await store.head(name)) !== undefined) names.push(name);
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
