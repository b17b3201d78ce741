import { stat } from "node:fs/promises";
import path from "node:path";
import type { S3Client } from "@aws-sdk/client-s3";
import { InputError } from "../format/error.ts";
import { cloudLines, overBudget } from "../plan/brief.ts";
import { forecast, usualConditions } from "../plan/forecast.ts";
import type { InputFile, Plan } from "../plan/plan.ts";
import { checkProject } from "../plan/project.ts";
import { isInput, runId } from "../plan/run.ts";
import { bucketStore, createS3 } from "../store/bucket.ts";
import { inLanes } from "../store/lanes.ts";
import type { Store } from "../store/store.ts";
import { fileEtag } from "./etag.ts";
import { checkPlace, readInput } from "./input.ts";
import { sendFile } from "./send.ts";
import type { Site } from "./site.ts";
import { type Tally, tally } from "./tally.ts";

export type PushOptions = {
  /** A folder of slices with an `info`, or one TIFF with an `info` beside it. */
  readonly input: string;
  /** Where in the uploads bucket; several levels are fine. */
  readonly project: string;
  readonly site: Site;
  /** Delete files of the project's earlier uploads that the input has not. */
  readonly prune: boolean;
  /** US dollars that the run may be expected to cost. */
  readonly maxUsd?: number;
  readonly say: (line: string) => void;
};

export type Pushed = {
  /** The run that the files there now belong to. */
  readonly run: string;
  readonly sent: number;
};

/**
 * Uploads an input, `info` last. What is there already with the same content is not sent, so that a stopped
 * upload goes on where it was. Mistakes are told before anything is sent.
 *
 * @throws InputError if the input cannot be converted, or is expected to cost more than it may
 */
export async function push({ input, project, site, prune, maxUsd, say }: PushOptions): Promise<Pushed> {
  checkProject(project);
  checkPlace(project, site);
  const { folder, names, warnings, plan } = await readInput(input);
  weigh(plan, { maxUsd, say });
  for (const warning of warnings) say(`warning: ${warning}`);
  const client = createS3();
  const uploads = bucketStore({ client, bucket: site.UploadsBucket, prefix: project });
  const there = await inputsThere(uploads);
  const own = new Set(names);
  const extra = [...there.keys()].filter((name) => !own.has(name));
  if (extra.length > 0 && !prune) throw leftOver(project, extra);
  for (const name of extra) await uploads.delete(name);
  const withdrawInfo = withdrawal(uploads, there);
  const target = { client, bucket: site.UploadsBucket, project, folder, there, withdrawInfo };
  const sent = tally(names.length, say);
  const files = await sendAll(target, names, sent);
  const kept = names.length - sent.files;
  say(
    `${sent.files} files sent (${(sent.bytes / 1e6).toFixed(1)} MB)${kept > 0 ? `, ${kept} were there already` : ""}`,
  );
  return { run: runId({ project, files, program: site.Program }), sent: sent.files };
}

/** Says what the run will take, and does not let it begin if that is too much. */
function weigh(
  plan: Plan,
  { maxUsd, say }: { maxUsd: number | undefined; say: (line: string) => void },
): void {
  const ahead = forecast(plan, { threads: 1, ...usualConditions });
  for (const line of cloudLines(plan, ahead)) say(line);
  const found = maxUsd === undefined ? undefined : overBudget(ahead, maxUsd);
  if (found === undefined) return;
  const advice = "Nothing was sent. See what is paid for: npm run plan -- IN";
  throw new InputError({ file: "--max-usd", found, advice });
}

/** Sends what is not there, several at a time, and `info` when all else is there. */
async function sendAll(target: Target, names: readonly string[], sent: Tally): Promise<InputFile[]> {
  const others = names.filter((name) => name !== "info");
  const files = await inLanes(others, (name) => sendOne(target, name, sent));
  return [...files, await sendOne(target, "info", sent)];
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
  /** To be waited for before anything but `info` is replaced. */
  readonly withdrawInfo: () => Promise<void>;
};

/**
 * Takes the `info` of an earlier upload away, once. While it is away nothing starts; else every slice that is
 * replaced would start a run on a mixture of old and new.
 */
function withdrawal(uploads: Store, there: Map<string, InputFile>): () => Promise<void> {
  let gone: Promise<void> | undefined;
  return () => {
    if (there.delete("info")) gone = uploads.delete("info");
    return gone ?? Promise.resolve();
  };
}

/** Sends a file unless it is there with the same content. @returns what is there now */
async function sendOne(target: Target, name: string, sent: Tally): Promise<InputFile> {
  const { client, bucket, project, folder, there } = target;
  const file = path.join(folder, name);
  const { size } = await stat(file);
  const etag = await fileEtag(file, size);
  const missing = there.get(name)?.etag !== etag;
  if (missing && name !== "info") await target.withdrawInfo();
  const progress = (bytes: number) => sent.sent(bytes);
  if (missing) await sendFile({ client, bucket, key: `${project}/${name}`, file, size, progress });
  sent.done(missing);
  return { name, size, etag };
}

/** Asks for another try of a failed run: whoever starts runs looks again when `info` comes. */
export async function sendInfo(input: string, project: string, site: Site): Promise<void> {
  const { folder } = await readInput(input);
  const file = path.join(folder, "info");
  const { size } = await stat(file);
  await sendFile({ client: createS3(), bucket: site.UploadsBucket, key: `${project}/info`, file, size });
}
