import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { inLanes } from "./lanes.ts";
import type { Conditions, headersOf } from "./request.ts";

export type Target = {
  readonly client: S3Client;
  readonly object: { readonly Bucket: string; readonly Key: string } & ReturnType<typeof headersOf>;
  readonly conditions?: Conditions;
};

/** Where the bytes come from, asked for part by part. */
export type Parts = {
  readonly size: number;
  /** Bytes of a part; only the last one is shorter. */
  readonly step: number;
  readonly read: (at: number, length: number) => Uint8Array | Promise<Uint8Array>;
  /** Told of bytes that are on the other side. */
  readonly progress?: (bytes: number) => void;
};

/** Parts of one object under way at the same time. */
const lanes = 4;

/**
 * Sends a large object in parts, of which only a few are held at a time. The object appears as a whole at the end,
 * and after a failure nothing of it is left.
 */
export async function uploadParts({ client, object, conditions }: Target, parts: Parts): Promise<void> {
  const { Bucket, Key } = object;
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(object));
  const upload = { Bucket, Key, UploadId };
  const { size, step, read, progress } = parts;
  const starts = Array.from({ length: Math.ceil(size / step) }, (_, part) => part * step);
  const send = async (at: number, part: number) => {
    const PartNumber = part + 1;
    const Body = await read(at, Math.min(step, size - at));
    const { ETag } = await client.send(new UploadPartCommand({ ...upload, PartNumber, Body }));
    progress?.(Body.byteLength);
    return { PartNumber, ETag };
  };
  try {
    const MultipartUpload = { Parts: await inLanes(starts, send, lanes) };
    await client.send(new CompleteMultipartUploadCommand({ ...upload, ...conditions, MultipartUpload }));
  } catch (error) {
    // Its own failure would hide the first one; the bucket's lifecycle removes what is left.
    await client.send(new AbortMultipartUploadCommand(upload)).catch(() => {});
    throw error;
  }
}
