import { open } from "node:fs/promises";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { uploadParts } from "../store/upload.ts";
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
    } else {
      const step = partSize(size);
      await uploadParts({ client, object }, { size, step, read, ...(progress && { progress }) });
    }
  } finally {
    await handle.close();
  }
}

function contentType(key: string): string {
  if (/\.tiff?$/i.test(key)) return "image/tiff";
  return key.endsWith(".csv") ? "text/csv" : "application/json";
}
