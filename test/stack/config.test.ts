import { expect, test } from "vitest";
import { defaults, parseConfig } from "../../lib/stack/config.ts";

const parse = (context: Record<string, unknown>) => parseConfig((name) => context[name]);

test("everything has a default", () => {
  expect(parse({})).toEqual(defaults);
});

test("texts of the command line and values of cdk.json", () => {
  expect(parse({ publicRead: "false", maxConcurrency: "200", memory: '{"mesh":3538}', chunk: 64 })).toEqual({
    ...defaults,
    publicRead: false,
    maxConcurrency: 200,
    chunk: 64,
    memory: { ...defaults.memory, mesh: 3538 },
  });
});

test("all that is wrong is told at once, with what would be right", () => {
  const wrong = {
    publicRead: "maybe",
    chunk: 100,
    maxConcurrency: 0,
    memory: { lambda: 1 },
    notify: "me",
    removal: "now",
    viewerUrl: "ftp://x",
  };
  const message = (() => {
    try {
      parse(wrong);
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  })();
  for (const name of Object.keys(wrong)) expect(message).toContain(`${name}=`);
  expect(message.split("\n")).toHaveLength(1 + Object.keys(wrong).length);
});
