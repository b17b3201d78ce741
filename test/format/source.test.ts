import { expect, test } from "vitest";
import { InputError } from "../../lib/format/error.ts";
import { isSource, webAddress } from "../../lib/format/source.ts";

test("sources are what the viewer has data sources for", () => {
  for (const source of [
    "precomputed://https://host.example/em",
    "precomputed://s3://bucket/em/data:1",
    "precomputed://http://127.0.0.1:9000",
    "zarr://gs://bucket/a.zarr",
    "boss://https://api.theboss.io/a/b/em",
    "https://host.example/em.zarr/|zarr2:",
    "brainmaps://1:a:b",
  ])
    expect([source, isSource(source)]).toEqual([source, true]);
});

test("what runs in a browser, or reads the reader's disk, is no source", () => {
  for (const source of [
    "javascript:alert(1)",
    "JavaScript://x%0aalert(1)",
    "precomputed://javascript:alert(1)",
    "precomputed://javascript://%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "precomputed://data:application/json,{}",
    "zarr://blob:https://host/1",
    "precomputed://file:///etc",
    "https://host/a|data:x",
    "vbscript://x",
    "no scheme",
    "/absolute",
    "",
    "a b://c",
    "precomputed://\u0000",
    `precomputed://${"x".repeat(2000)}`,
    7,
    null,
  ])
    expect([source, isSource(source)]).toEqual([source, false]);
});

test("pages link to the web only", () => {
  for (const address of ["https://viewer.example/", "http://127.0.0.1:9000/viewer/", "http://[::1]:9000"])
    expect(webAddress("--viewer", address)).toBe(address);
  for (const address of [
    "javascript:alert(1)",
    "data:text/html,x",
    "//viewer.example/",
    "viewer.example",
    "https://me:pw@viewer.example/",
    "https://viewer.example/<script>",
    'https://viewer.example/"x',
    "https://viewer.example/ x",
    "java\nscript:alert(1)",
    " https://viewer.example/",
    "",
  ])
    expect(() => webAddress("--viewer", address), address).toThrow(InputError);
});
