import { expect, test } from "vitest";
import { touchedProjects } from "../../lib/step/event.ts";

const record = (key: string, eventTime = "2026-11-24T09:00:00.000Z") => ({
  eventTime,
  s3: { object: { key } },
});
const projects = (...keys: string[]) =>
  touchedProjects({ Records: keys.map((key) => record(key)) }).map(({ project }) => project);

test("keys are decoded once: plus is a space, then percent", () => {
  expect(
    projects("a+b/info", "a%2Bb/info", "gr%C3%B6%C3%9Fe/z1.tif", "50%25/z1.TIFF", "a%2520b/info"),
  ).toEqual(["a b", "a+b", "größe", "50%", "a%20b"]);
});

test("a project may have several levels", () => {
  expect(projects("lab/mouse/7/info", "lab/mouse/z1.tif")).toEqual(["lab/mouse/7", "lab/mouse"]);
});

test("each project once, with the time of its latest file", () => {
  const [early, late] = ["2026-11-24T09:00:00.000Z", "2026-11-24T09:00:01.000Z"];
  const Records = [
    record("p/z1.tif", early),
    record("p/z2.tif", late),
    record("p/z1.tif", early),
    record("q/info"),
  ];
  expect(touchedProjects({ Records })).toEqual([
    { project: "p", since: late },
    { project: "q", since: early },
  ]);
});

test("what is no input touches nothing", () => {
  expect(
    projects(
      "p/.DS_Store",
      "p/._z1.tif",
      "p/notes.txt",
      "p/",
      "info",
      "z1.tif",
      "p/../info",
      "/info",
      "p//info",
      "p/./info",
      "p/%2E%2E/info",
      "%2F/info",
      `${"p".repeat(1001)}/info`,
    ),
  ).toEqual([]);
  // What S3 sends when a notification is set up.
  expect(touchedProjects({ Event: "s3:TestEvent" } as object)).toEqual([]);
});

test("a key that is not encoded as S3 does touches nothing, and the others still count", () => {
  expect(projects("p%/info", "%ff/info", "q/info")).toEqual(["q"]);
});
