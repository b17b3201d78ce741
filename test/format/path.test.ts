import path from "node:path";
import { expect, test } from "vitest";
import { InputError } from "../../lib/format/error.ts";
import { parseInfo } from "../../lib/format/info.ts";
import { createChance } from "../../lib/local/chance.ts";
import { describeDataset } from "../../lib/plan/dataset.ts";
import { isPath } from "../../lib/plan/project.ts";
import { executionName } from "../../lib/plan/run.ts";
import { planScales } from "../../lib/plan/scale.ts";
import { touchedProjects } from "../../lib/step/event.ts";
import { usualSettings } from "../../lib/step/settings.ts";

/* Whatever names come in, nothing is written outside of its prefix, and nothing under a name that has no place. */

const chance = createChance(20_261_124);
const pick = <T>(list: readonly T[]): T => list[Math.floor(chance() * list.length)] as T;
const pieces = [
  ...[
    "..",
    ".",
    "/",
    "//",
    "\\",
    "\u0000",
    "\n",
    "\u001b",
    "\u202e",
    "%2e%2e",
    "%2f",
    "~",
    "*",
    ":",
    "|",
    "?",
    "#",
  ],
  ...[
    " ",
    "a",
    "mesh",
    "info",
    "8nm",
    "state.json",
    "C:",
    "細",
    "\u{1f9e0}",
    "\ud800",
    "o\u0308",
    "x".repeat(120),
  ],
];
const anyName = () => Array.from({ length: 1 + Math.floor(chance() * 5) }, () => pick(pieces)).join("");
const longestId = "18446744073709551615";

/** What is wrong with a key below a prefix. */
function faultOf(prefix: string, key: string): string | undefined {
  const whole = `${prefix}/${key}`;
  if (path.posix.normalize(whole) !== whole) return "it does not mean what it says";
  if (!path.win32.normalize(`C:\\out/${key}`).startsWith("C:\\out\\")) return "it leads out, on Windows";
  if (new URL(`https://host/${whole}`).pathname.split("/").length !== whole.split("/").length + 1)
    return "a URL reads it differently";
  if (/\p{Cc}/u.test(key)) return "it has control characters";
  if (Buffer.byteLength(whole) > 1024) return "it is too long for S3";
  if (key.split("/").some((name) => name === "" || Buffer.byteLength(`${name}.gz`) > 255))
    return "a part is empty, or too long for a file system";
  return undefined;
}

test("30,000 hostile paths in info: refused, or all that is written stays below the dataset", () => {
  let accepted = 0;
  const wrong: string[] = [];
  for (let i = 0; i < 30_000; i++) {
    const field = pick(["mesh", "key", "segment_properties"]);
    const name = anyName();
    const scale = { size: [100, 100, 100], resolution: [8, 8, 8], ...(field === "key" && { key: name }) };
    const text = JSON.stringify({
      type: "segmentation",
      scales: [scale],
      ...(field !== "key" && { [field]: name }),
    });
    let keys: string[];
    try {
      const basic = parseInfo(text);
      const version = "0123456789abcdef01234567";
      const {
        mesh,
        scales,
        segment_properties: properties,
      } = describeDataset(basic, "uint64", planScales(basic, 8), { ...usualSettings, version });
      const chunk = "-2147483648--2147483520_".repeat(3);
      keys = [`${properties}/info`, `${mesh}/mesh.${longestId}.${longestId}.1000`, `${mesh}/info`];
      keys.push(...scales.map(({ key }) => `${key}/${chunk}`));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      continue;
    }
    accepted++;
    const fault = keys.map((key) => faultOf("p".repeat(600), key)).find((one) => one !== undefined);
    if (fault !== undefined) wrong.push(`${field} ${JSON.stringify(name)}: ${fault}`);
  }
  expect(wrong).toEqual([]);
  expect(accepted, "some are plain names").toBeGreaterThan(500);
});

test("30,000 hostile keys of uploads: no project, or one whose place is its own", () => {
  let accepted = 0;
  const wrong: string[] = [];
  for (let i = 0; i < 30_000; i++) {
    const key = `${anyName()}/${pick(["info", "z1.tif", anyName()])}`.toWellFormed();
    const Records = [{ s3: { object: { key: encodeURIComponent(key).replaceAll("%20", "+") } } }];
    for (const { project } of touchedProjects({ Records })) {
      accepted++;
      if (!key.startsWith(`${project}/`) || !isPath(project))
        wrong.push(`${JSON.stringify(key)} is of ${project}`);
      const url = `https://host/${project.split("/").map(encodeURIComponent).join("/")}/info`;
      if (decodeURIComponent(new URL(url).pathname) !== `/${project}/info`) wrong.push(`${url} is elsewhere`);
      const name = executionName(project, "0123456789abcdef01234567", "abcdefghijkl");
      if (!/^[A-Za-z0-9_-]{1,80}$/.test(name)) wrong.push(`${name} names no execution`);
    }
  }
  expect(wrong).toEqual([]);
  expect(accepted).toBeGreaterThan(500);
});
