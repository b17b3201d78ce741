import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { InputError } from "../../lib/format/error.ts";
import type { ServeOptions } from "../../lib/server/serve.ts";
import { serve } from "../../lib/server/serve.ts";
import { ask, folder, serving } from "./helper.ts";

async function dataset(): Promise<string> {
  const root = await folder();
  await writeFile(path.join(root, "info"), "{}");
  return root;
}

async function viewer(): Promise<string> {
  const root = await folder();
  await mkdir(path.join(root, "assets"));
  await writeFile(path.join(root, "index.html"), "<title>viewer</title>");
  await writeFile(path.join(root, "assets/a.js"), "1");
  await writeFile(path.join(root, "assets/a.wasm"), "2");
  return root;
}

test("the viewer is on the same origin and / leads to it", async () => {
  const { url, link } = await serving({ root: await dataset(), viewer: await viewer() });
  expect(link).toBe(`${url}/viewer/#!${url}/state.json`);
  expect(new URL(url).hostname).toBe("127.0.0.1");
  const home = await ask(`${url}/`, { headers: { Host: "localhost:81" } });
  expect([home.status, home.headers.location]).toEqual([302, "/viewer/#!http://localhost:81/state.json"]);
  expect((await ask(`${url}/viewer`)).headers.location).toBe("/viewer/");
  const page = await ask(`${url}/viewer/?x=1`);
  expect([
    page.status,
    page.headers["content-type"],
    page.headers["cache-control"],
    page.body.toString(),
  ]).toEqual([200, "text/html; charset=utf-8", "no-cache", "<title>viewer</title>"]);
  const script = await ask(`${url}/viewer/assets/a.js`);
  expect(script.headers["content-type"]).toBe("text/javascript; charset=utf-8");
  expect(script.headers["cache-control"]).toMatch(/immutable/);
  expect((await ask(`${url}/viewer/assets/a.wasm`)).headers["content-type"]).toBe("application/wasm");
  expect((await ask(`${url}/viewer/assets/`)).status).toBe(404);
});

test("a dataset's own page is at /", async () => {
  const root = await dataset();
  await writeFile(path.join(root, "index.html"), "<title>mine</title>");
  const { url } = await serving({ root, viewer: await viewer() });
  for (const key of ["", "index.html"]) {
    const page = await ask(`${url}/${key}`);
    expect([page.status, page.body.toString()]).toEqual([200, "<title>mine</title>"]);
    expect([page.headers["content-type"], page.headers["cache-control"]]).toEqual([
      "text/html; charset=utf-8",
      "no-cache",
    ]);
  }
});

test("without a viewer the link is the public one and / says what to do", async () => {
  const { url, link } = await serving({ root: await dataset() });
  expect(link).toBe(`https://neuroglancer-demo.appspot.com/#!${url}/state.json`);
  const home = await ask(`${url}/`);
  expect([home.status, home.body.toString()]).toEqual([404, expect.stringContaining(`precomputed://${url}`)]);
});

test("what cannot be served is said in one sentence with a way out", async () => {
  const root = await dataset();
  const { url } = await serving({ root });
  const port = Number(new URL(url).port);
  const wrong: [ServeOptions, RegExp][] = [
    [{ root, port }, new RegExp(`port ${port}: taken .*--port ${port + 1}`)],
    [{ root: path.join(root, "absent"), port: 0 }, /absent: no such folder\. Give the folder/],
    [{ root: path.join(root, "info"), port: 0 }, /info: is a file/],
    [{ root: await folder(), port: 0 }, /holds no `info`/],
    [{ root, port: 0, host: "203.0.113.7" }, /host 203\.0\.113\.7: not an address of this machine/],
  ];
  for (const [options, words] of wrong) {
    const error: unknown = await serve(options).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    expect(String(error)).toMatch(words);
  }
});

test("close frees the port even while a connection is open", async () => {
  const root = await dataset();
  const { url, close } = await serve({ root, port: 0 });
  await fetch(`${url}/info`);
  await close();
  const second = await serve({ root, port: Number(new URL(url).port) });
  await second.close();
});
