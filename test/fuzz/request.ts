import path from "node:path";
import { keyOf } from "../../lib/server/key.ts";
import { parseRange } from "../../lib/server/range.ts";
import { decodeKey, touchedProjects } from "../../lib/step/event.ts";
import { mutateText } from "./mutate.ts";
import { must, type Target, textBound } from "./target.ts";

/** Request targets: a key never leaves the folder, and names itself when it is asked for again. */
export const keys: Target = {
  name: "key",
  weight: 1,
  refuses: () => false,
  prepare(chance) {
    const steps = Array.from({ length: chance.below(5) }, () => chance.one(stepsOfPaths));
    const text = mutateText(
      chance,
      `${chance.one(["/", "", "http://host/", "HTTPS://h:1"])}${steps.join("/")}`,
      stepsOfPaths,
    );
    return {
      run() {
        const key = keyOf(text);
        if (key === undefined) return;
        const place = path.join("/data/set", key);
        must(
          place === "/data/set" || place.startsWith("/data/set/"),
          () => `${JSON.stringify(key)} leads to ${place}`,
        );
        must(
          !/(^|\/)\.{1,2}(\/|$)|[\0\\]|\/\//.test(key) && !key.startsWith("/"),
          () => `key ${JSON.stringify(key)}`,
        );
        // A lone surrogate cannot be sent.
        const again = key.isWellFormed()
          ? keyOf(`/${key.split("/").map(encodeURIComponent).join("/")}`)
          : key;
        must(again === key, () => `${JSON.stringify(key)} asked for again is ${JSON.stringify(again)}`);
      },
      bound: () => textBound(text),
      show: () => JSON.stringify(text),
    };
  },
};

const stepsOfPaths = [
  ...[
    "info",
    "..",
    ".",
    "",
    "8_8_40",
    "0-64_0-64_0-64",
    "%2e%2e",
    "%2E.",
    "..%2f",
    "%5c..",
    "%00",
    "%",
    "%C0%AF",
    "a b",
    "é",
  ],
  ...["..;", "...", "?x=/../", "#", "//", "\\", "mesh", "1:0", "@", "%252e%252e", "http://host"],
];

/** Range headers: a span lies inside the object, and is the one of the header's two numbers. */
export const ranges: Target = {
  name: "range",
  weight: 1,
  refuses: () => false,
  prepare(chance) {
    const size = chance.one([0, 1, 2, 100, 2 ** 31, 2 ** 40]);
    const number = () =>
      chance.one(["", "0", "1", "99", "100", String(size), String(size - 1), "9".repeat(30), "1e3", "-1"]);
    const text = mutateText(chance, `bytes=${number()}-${number()}`, ["bytes", "=", "-", ",", "0-0", " "]);
    return {
      run() {
        const span = parseRange(text, size);
        const [, first, last] = /^\s*bytes=(\d*)-(\d*)\s*$/i.exec(text) ?? [];
        if (typeof span === "string") {
          const plain = first !== undefined && first !== "" && BigInt(first) < BigInt(size) && last === "";
          must(!plain, () => `${span} of ${size}`);
          return;
        }
        const { start, end } = span;
        must(
          Number.isSafeInteger(start) && start >= 0 && start <= end && end < size,
          () => `${start} to ${end} of ${size}`,
        );
        must(first !== undefined && last !== undefined, () => "no range was asked for");
        if (first !== "") must(BigInt(start) === BigInt(first!), () => `starts at ${start}`);
        else must(end === size - 1, () => `the last bytes end at ${end}`);
      },
      bound: () => textBound(text),
      show: () => JSON.stringify([text, size]),
    };
  },
};

/** Events of S3: a key comes out as it was put in, and never makes a project out of another folder. */
export const events: Target = {
  name: "event",
  weight: 1,
  refuses: () => false,
  prepare(chance) {
    const parts = Array.from({ length: 1 + chance.below(4) }, () =>
      mutateText(chance, chance.one(names), names),
    );
    const key = parts.join("/").toWellFormed();
    const sent = chance.once(3) ? mutateText(chance, asForm(key), ["%", "+", "%2B", "%ff"]) : asForm(key);
    const event = { Records: [{ eventTime: "2026-01-01T00:00:00Z", s3: { object: { key: sent } } }] };
    return {
      run() {
        if (sent === asForm(key)) must(decodeKey(sent) === key, () => `${JSON.stringify(decodeKey(sent))}`);
        for (const { project } of touchedProjects(event)) {
          const wrong = project.split("/").some((part) => ["", ".", ".."].includes(part));
          must(!wrong, () => `project ${JSON.stringify(project)}`);
          if (sent === asForm(key)) must(key.startsWith(`${project}/`), () => `project ${project}`);
        }
      },
      bound: () => textBound(sent),
      show: () => JSON.stringify(sent),
    };
  },
};

/** As in a form: a space is a plus. */
function asForm(key: string): string {
  return encodeURIComponent(key).replaceAll("%2F", "/").replaceAll("%20", "+");
}

const names = [
  "project",
  "lab 1",
  "a+b",
  "100%",
  "%20",
  "é",
  "slice_001.tif",
  "info",
  "labels.csv",
  "..",
  ".",
  "",
  "x.TIFF",
  "&=?",
];
