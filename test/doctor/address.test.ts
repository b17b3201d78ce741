import { expect, test } from "vitest";
import { addressOf } from "../../lib/doctor/address.ts";

const s3 = "https://b.s3.amazonaws.com/a/seg/";
const gcs = "https://storage.googleapis.com/b/a/seg/";

test.each([
  ["https://host.org/a/seg", "https://host.org/a/seg/"],
  ["https://host.org/a/seg//", "https://host.org/a/seg/"],
  ["precomputed://https://host.org/a/seg", "https://host.org/a/seg/"],
  ["https://host.org/a/seg/info", "https://host.org/a/seg/"],
  ["https://host.org/a/seg/|neuroglancer-precomputed:", "https://host.org/a/seg/"],
  ["precomputed://https://host.org/mesh#type=mesh", "https://host.org/mesh/"],
  ['"https://host.org/seg"', "https://host.org/seg/"],
  ["gs://b/a/seg", gcs],
  ["precomputed://gs://b/a/seg/", gcs],
  ["https://console.cloud.google.com/storage/browser/b/a/seg;tab=objects", gcs],
  ["https://storage.cloud.google.com/b/a/seg", gcs],
  ["s3://b/a/seg", s3],
  ["precomputed://s3://b/a/seg", s3],
  ["https://s3.console.aws.amazon.com/s3/buckets/b?region=eu-west-1&prefix=a/seg/", s3],
  ["s3+https://minio.lab.org/b/seg", "https://minio.lab.org/b/seg/"],
])("%s is %s", (given, url) => {
  expect(addressOf(given)).toMatchObject({ kind: "folder", url });
});

test.each([
  ["file:///data/seg", "local-file"],
  ["/data/seg", "local-file"],
  ["./out", "local-file"],
  ["C:\\data\\seg", "local-file"],
  ["precomputed://middleauth+https://host/seg", "login"],
  ["https://me:secret@host.org/seg", "login"],
  ["zarr://https://host.org/seg", "other-format"],
  ["https://host.org/seg|zarr2:", "other-format"],
  ["ftp://host.org/seg", "address"],
])("%s is refused: %s", (given, cause) => {
  expect(addressOf(given)).toMatchObject({ kind: "refused", cause });
});

test("a bucket with dots is read by its path, and the name told", () => {
  expect(addressOf("s3://my.bucket/seg")).toMatchObject({
    kind: "folder",
    url: "https://s3.amazonaws.com/my.bucket/seg/",
    trouble: { cause: "bucket-dots" },
  });
});

test("links to a viewer are opened", () => {
  const state = { layers: [{ type: "segmentation", source: "precomputed://gs://b/a/seg" }] };
  const link = `https://neuroglancer-demo.appspot.com/#!${encodeURIComponent(JSON.stringify(state))}`;
  expect(addressOf(link)).toEqual({ kind: "state", state });
  expect(addressOf("https://viewer.org/#!https://host.org/seg/state.json")).toEqual({
    kind: "stateUrl",
    url: "https://host.org/seg/state.json",
  });
});
