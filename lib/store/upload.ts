import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import type { Conditions, headersOf } from "./request.ts";

export type Target = {
  readonly client: S3Client;
  readonly object: { readonly Bucket: string; readonly Key: string } & ReturnType<typeof headersOf>;
  readonly conditions: Conditions;
};

const partBytes = 16 * 2 ** 20;
const lanes = 4;

/**
 * Sends a large object in parts, a few at a time; parts are views of the bytes, so no copy is made. The object
 * appears as a whole at the end, and after a failure nothing of it is left.
 */
export async function uploadParts({ client, object, conditions }: Target, bytes: Uint8Array): Promise<void> {
  const { Bucket, Key } = object;
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(object));
  const upload = { Bucket, Key, UploadId };
  try {
    const Parts = await sendParts(client, upload, bytes);
    await client.send(
      new CompleteMultipartUploadCommand({ ...upload, ...conditions, MultipartUpload: { Parts } }),
    );
  } catch (error) {
    // Its own failure would hide the first one; the bucket's lifecycle removes what is left.
    await client.send(new AbortMultipartUploadCommand(upload)).catch(() => {});
    throw error;
  }
}

type Upload = { Bucket: string; Key: string; UploadId: string | undefined };
type Sent = { PartNumber: number; ETag: string | undefined };

async function sendParts(client: S3Client, upload: Upload, bytes: Uint8Array): Promise<Sent[]> {
  const count = Math.ceil(bytes.byteLength / partBytes);
  const sent: Sent[] = [];
  let next = 0;
  const lane = async () => {
    while (next < count) {
      const part = next++;
      const Body = bytes.subarray(part * partBytes, (part + 1) * partBytes);
      const PartNumber = part + 1;
      const { ETag } = await client.send(new UploadPartCommand({ ...upload, PartNumber, Body }));
      sent[part] = { PartNumber, ETag };
    }
  };
  const results = await Promise.allSettled(Array.from({ length: lanes }, lane));
  for (const result of results) if (result.status === "rejected") throw result.reason;
  return sent;
}
