import { mkdir, writeFile } from "node:fs/promises";
import http from "node:http";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { ask, folder, serving } from "./helper.ts";

const bytes = Buffer.from(Array.from({ length: 1000 }, (_, i) => (i * 7) % 251));
const absent = [undefined];

/** Every combination of one value of each list. */
function* combined<T>(lists: readonly (readonly T[])[]): Generator<T[]> {
  const [first, ...rest] = lists;
  if (first === undefined) yield [];
  else for (const value of first) for (const others of combined(rest)) yield [value, ...others];
}

test("every combination of method, form, range and condition follows RFC 9110 13.2.2 and 14", async () => {
  const root = await folder();
  await mkdir(path.join(root, "8"));
  await writeFile(path.join(root, "info"), "{}");
  await writeFile(path.join(root, "8/zipped.gz"), gzipSync(bytes));
  await writeFile(path.join(root, "8/plain"), bytes);
  const { url } = await serving({ root });
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  let seen = 0;
  for (const key of ["8/zipped", "8/plain"]) {
    for (const [accepted, range] of combined([
      ["gzip", "identity"],
      [...absent, "bytes=10-19", "bytes=-5", "bytes=5000-", "bytes=0-1,5-6"],
    ])) {
      const form = { "Accept-Encoding": accepted!, ...(range !== undefined && { Range: range }) };
      const { etag } = (await ask(`${url}/${key}`, { agent, headers: form })).headers;
      // Of a range outside there is no form to have a tag; that of the whole is asked with.
      const tag = etag ?? (await ask(`${url}/${key}`, { agent })).headers.etag!;
      for (const [none, same] of combined([
        [...absent, tag, `W/${tag}`, "*", '"other"', `"other", ${tag}`],
        [...absent, tag, '"other"'],
      ])) {
        const headers = {
          ...form,
          ...(none !== undefined && { "If-None-Match": none }),
          ...(same !== undefined && { "If-Range": same }),
        };
        const get = await ask(`${url}/${key}`, { agent, headers });
        const head = await ask(`${url}/${key}`, { agent, headers, method: "HEAD" });
        const what = JSON.stringify({ key, ...headers });
        expect([what, head.status, { ...head.headers, date: "" }, head.body.length]).toEqual([
          what,
          get.status,
          { ...get.headers, date: "" },
          0,
        ]);
        const isKnown = none !== undefined && none !== '"other"';
        const isRange = range !== undefined && range !== "bytes=0-1,5-6" && same !== '"other"';
        const wanted = isKnown ? 304 : isRange ? (range === "bytes=5000-" ? 416 : 206) : 200;
        expect([what, get.status]).toEqual([what, wanted]);
        if (wanted === 304) expect(get.body.length).toBe(0);
        if (wanted === 206)
          expect(get.body).toEqual(range === "bytes=-5" ? bytes.subarray(995) : bytes.subarray(10, 20));
        if (wanted === 200)
          expect(get.headers["content-encoding"] === "gzip" ? gunzipSync(get.body) : get.body).toEqual(bytes);
        seen++;
      }
    }
  }
  agent.destroy();
  expect(seen).toBe(2 * 2 * 5 * 6 * 3);
});
