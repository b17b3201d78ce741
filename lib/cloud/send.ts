import { open } from "node:fs/promises";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { partSize, wholeBytes } from "./etag.ts";

export type FileToSend = {
  readonly client: S3Client;
  readonly bucket: string;
  readonly key: string;
  readonly file: string;
  readonly size: number;
  /** Told of bytes that are on the other side. */
  readonly progress?: (bytes: number) => void;
};

/** Parts of one file under way at the same time. */
const lanes = 4;

/** Sends a file to a bucket; a large one in parts, of which only a few are in memory. */
export async function sendFile({ client, bucket, key, file, size, progress }: FileToSend): Promise<void> {
  const object = { Bucket: bucket, Key: key, ContentType: contentType(key) };
  const handle = await open(file);
  const read = async (at: number, length: number) => {
    const bytes = Buffer.alloc(length);
    const { bytesRead } = await handle.read(bytes, 0, length, at);
    if (bytesRead !== length) throw new Error(`${file} became shorter while it was sent`);
    return bytes;
  };
  try {
    if (size <= wholeBytes) {
      await client.send(new PutObjectCommand({ ...object, Body: await read(0, size) }));
      progress?.(size);
    } else await sendParts(client, object, { size, read, ...(progress && { progress }) });
  } finally {
    await handle.close();
  }
}

type Source = {
  size: number;
  read: (at: number, length: number) => Promise<Buffer>;
  progress?: (bytes: number) => void;
};

async function sendParts(
  client: S3Client,
  object: { Bucket: string; Key: string; ContentType: string },
  { size, read, progress }: Source,
): Promise<void> {
  const { Bucket, Key } = object;
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(object));
  const step = partSize(size);
  const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
  let next = 0;
  const lane = async () => {
    while (next * step < size) {
      const part = next++;
      const Body = await read(part * step, Math.min(step, size - part * step));
      const PartNumber = part + 1;
      const { ETag } = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
      Parts[part] = { PartNumber, ETag };
      progress?.(Body.length);
    }
  };
  try {
    const results = await Promise.allSettled(Array.from({ length: lanes }, lane));
    for (const result of results) if (result.status === "rejected") throw result.reason;
    await client.send(
      new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
    );
  } catch (error) {
    // The bucket's lifecycle removes what an abort cannot.
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })).catch(() => {});
    throw error;
  }
}

function contentType(key: string): string {
  if (/\.tiff?$/i.test(key)) return "image/tiff";
  return key.endsWith(".csv") ? "text/csv" : "application/json";
}
