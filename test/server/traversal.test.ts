import { execFileSync } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { figure } from "../figure.ts";
import { ask, folder, raw, serving } from "./helper.ts";

/** Ways to write `.` and the sign between steps that a server may undo once too often, or too late. */
const DOTS = [
  ".",
  "%2e",
  "%2E",
  "%252e",
  "%25252e",
  "%c0%ae",
  "%e0%80%ae",
  "%u002e",
  "%ef%bc%8e",
  "\xc0\xae",
];
const SIGNS = [
  "/",
  "%2f",
  "%2F",
  "%252f",
  "%5c",
  "\\",
  "%255c",
  "%c0%af",
  "%e0%80%af",
  "//",
  ";/",
  "/./",
  "%00/",
];
const STARTS = ["/", "//", "/mesh/", "/up/", "/viewer/", "/absent/", "http://127.0.0.1/", "/mesh/7/"];

async function dataset(): Promise<{ top: string; root: string; viewer: string; url: string }> {
  const top = await folder();
  const [root, viewer] = [path.join(top, "out"), path.join(top, "dist")];
  await mkdir(path.join(root, "mesh/.hidden"), { recursive: true });
  await mkdir(viewer);
  for (const name of ["secret", "secret.gz", "out-secret"])
    await writeFile(path.join(top, name), name.endsWith("gz") ? gzipSync("SECRET") : "SECRET");
  await writeFile(path.join(root, "info"), "{}");
  await writeFile(path.join(root, "mesh/7"), "seven");
  await writeFile(path.join(viewer, "index.html"), "viewer");
  await symlink(top, path.join(root, "up"));
  return { top, root, viewer, ...(await serving({ root, viewer })) };
}

/** All answers to these targets, asked for one after another on a few connections of their own. */
async function statuses(url: string, targets: readonly string[]): Promise<string[]> {
  const lanes = Array.from({ length: 16 }, (_, lane) => targets.filter((_, i) => i % 16 === lane));
  const found = await Promise.all(
    lanes.map(async (lane) => {
      const replies: string[] = [];
      for (const target of lane) {
        const head = Buffer.from(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`, "latin1");
        replies.push(`${target}\n${await raw(url, head)}`);
      }
      return replies;
    }),
  );
  return found.flat();
}

test("no spelling of `..` leads out of the folder, to a sibling or to a .gz twin", async () => {
  const { url, top } = await dataset();
  const targets: string[] = [];
  for (const start of STARTS)
    for (const dot of DOTS)
      for (const sign of SIGNS)
        for (const depth of [1, 2, 3]) targets.push(`${start}${(dot + dot + sign).repeat(depth)}secret`);
  for (const plain of [top, top.slice(1), `C:${top}`, `\\\\?\\C:\\secret`, `file://${top}`])
    for (const start of ["", "/", "//", "/viewer/", "/mesh/"])
      targets.push(`${start}${plain}/secret`, `${start}${encodeURIComponent(`${plain}/secret`)}`);
  targets.push("/up/secret", "/up%2fsecret", "/../out-secret", "/..%2fout-secret", "/up/out-secret");
  // Inside the folder, too: what a client or a cache between would make of it is not known.
  targets.push("/mesh/../info", "/mesh/%2e%2e/info", "/./info");
  expect(targets.length).toBeGreaterThan(3000);
  const replies = await statuses(url, targets);
  expect(replies).toHaveLength(targets.length);
  expect(replies.filter((reply) => !/\nHTTP\/1\.1 40[04] /.test(reply))).toEqual([]);
  expect(replies.filter((reply) => reply.includes("SECRET"))).toEqual([]);
  figure(`${targets.length} spellings refused`);
});

test("hidden files are not served, by their names, as .gz twins, or through links", async () => {
  const { url, root, viewer } = await dataset();
  await writeFile(path.join(root, ".env"), "SECRET");
  await writeFile(path.join(root, "mesh/.hidden/file"), "SECRET");
  await writeFile(path.join(root, ".htpasswd.gz"), gzipSync("SECRET"));
  // Asked for as a folder, with the ending that is added.
  await writeFile(path.join(root, "mesh/.gz"), gzipSync("SECRET"));
  await writeFile(path.join(viewer, ".npmrc"), "SECRET");
  await symlink(path.join(root, ".env"), path.join(root, "shown"));
  const targets = [
    "/.env",
    "/%2eenv",
    "/mesh/.hidden/file",
    "/.htpasswd",
    "/mesh/",
    "/viewer/.npmrc",
    "/shown",
  ];
  for (const reply of await statuses(url, targets)) {
    expect(reply).toMatch(/\nHTTP\/1\.1 404 /);
    expect(reply).not.toContain("SECRET");
  }
});

test("pipes and devices are not opened: they would never end", async () => {
  const { url, root } = await dataset();
  execFileSync("mkfifo", [path.join(root, "pipe")]);
  await symlink("/dev/zero", path.join(root, "zero"));
  for (const key of ["pipe", "zero"]) expect((await ask(`${url}/${key}`)).status).toBe(404);
});

test("a name from the client gets into a header only as the name of a host", async () => {
  const { url } = await dataset();
  for (const host of [
    "a\r\nX-Evil: 1",
    "a/../b",
    "user:pw@host",
    "evil.example/#",
    "ä.example",
    "a b",
    "",
    "[::1",
  ]) {
    const reply = await raw(url, `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    const location = /^Location: (.*)$/m.exec(reply)?.[1]?.trim();
    if (location !== undefined)
      expect([host, location]).toEqual([
        host,
        expect.stringMatching(/^\/viewer\/#!http:\/\/(127\.0\.0\.1:\d+|a)\/state\.json$/),
      ]);
    expect(reply.split("\r\n\r\n")[0]).not.toMatch(/\r\nLocation:.*evil/i);
  }
});

test("only loopback is listened on unless asked", async () => {
  const reach = (port: string) =>
    new Promise<boolean>((resolve) => {
      // The whole net 127.0.0.0/8 is this machine on Linux; only one address of it was bound.
      const socket = connect(Number(port), "127.0.0.2", () => resolve(true));
      socket.on("connect", () => socket.destroy()).on("error", () => resolve(false));
    });
  const { root, url } = await dataset();
  expect(await reach(new URL(url).port)).toBe(false);
  const open = await serving({ root, host: "0.0.0.0" });
  expect(await reach(new URL(open.url).port)).toBe(true);
});
