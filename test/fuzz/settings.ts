import { InputError } from "../../lib/format/error.ts";
import { parseOptions } from "../../lib/format/options.ts";
import { parseResolution } from "../../lib/format/resolution.ts";
import { pointAt } from "../../lib/format/state.ts";
import { anyJson, objectOf } from "./json.ts";
import { mutateText } from "./mutate.ts";
import { must, type Target, textBound } from "./target.ts";

const isRefusal = (error: unknown) => error instanceof InputError;

/** `neuropress.json`: what is accepted is within the rules, and nothing is left out. */
export const options: Target = {
  name: "options",
  weight: 1,
  refuses: isRefusal,
  prepare(chance) {
    const made = objectOf(chance, optionFields);
    const text = chance.once(2) ? made : mutateText(chance, made, Object.keys(optionFields));
    return {
      run() {
        const read = parseOptions(text);
        const given = JSON.parse(text.replace(/^\uFEFF/, ""));
        const { chunk = 64, meshError = 0, mesh = true, images = [], encoding, downsampling } = read;
        must([8, 16, 32, 64, 128, 256, 512].includes(chunk), () => `chunk ${chunk}`);
        must(
          meshError >= 0 && meshError <= 10 && typeof mesh === "boolean",
          () => `mesh ${meshError} ${mesh}`,
        );
        must(
          images.every((source) => /^\S{1,2000}$/.test(source)) && images.length <= 100,
          () => `images ${images}`,
        );
        must([undefined, "raw", "compressed_segmentation"].includes(encoding), () => `encoding ${encoding}`);
        must(
          [undefined, "majority", "majority-sparse"].includes(downsampling),
          () => `downsampling ${downsampling}`,
        );
        must(Object.keys(read).length === Object.keys(given).length, () => "an option was lost");
      },
      bound: () => textBound(text),
      show: () => JSON.stringify(text),
    };
  },
};

const optionFields: Readonly<Record<string, readonly string[]>> = {
  chunk: ["8", "64", "512", "63", "1024", "64.5", '"64"'],
  encoding: ['"raw"', '"compressed_segmentation"', '"jpeg"', '["raw"]'],
  downsample: ['"majority"', '"majority-sparse"', '"mode"'],
  meshError: ["0", "0.5", "10", "11", "-1"],
  mesh: ["true", "false", "1"],
  images: ["[]", '["precomputed://https://host/em"]', '["a b"]', '[""]'],
};

/** States with any layers: only the source of our layer may change, and what is no state is handed on. */
export const state: Target = {
  name: "state",
  weight: 1,
  refuses: () => false,
  prepare(chance) {
    const layers = Array.from({ length: chance.below(4) }, () =>
      chance.once(6) ? anyJson(chance) : objectOf(chance, layerFields),
    );
    const list = chance.once(10) ? anyJson(chance) : `[${layers.join(",")}]`;
    const made = objectOf(chance, { ...stateFields, layers: [list] });
    const text = chance.once(2)
      ? made
      : mutateText(chance, made, ['"layers":[', '"type":"segmentation"', "{", "}", "[["]);
    const url = chance.one(["http://127.0.0.1:9000", 'http://[::1]:9000/"\\', "https://host/a b/é", ""]);
    return {
      run() {
        const changed = pointAt(text, url);
        if (changed === text) return;
        const [before, after] = [JSON.parse(text), JSON.parse(changed)];
        const own = before.layers.find((layer: { type?: unknown } | null) => layer?.type === "segmentation");
        must(/^precomputed:\/\//.test(own.source), () => "a source of another kind was replaced");
        own.source = `precomputed://${url}`;
        must(JSON.stringify(before) === JSON.stringify(after), () => "more than the source was changed");
      },
      bound: () => textBound(text),
      show: () => JSON.stringify([text, url]),
    };
  },
};

const layerFields: Readonly<Record<string, readonly string[]>> = {
  type: ['"segmentation"', '"segmentation"', '"image"'],
  source: [
    '"precomputed://http://host/x"',
    '"precomputed://"',
    '"zarr://x"',
    '{"url":"precomputed://x"}',
    '["precomputed://x"]',
  ],
  segments: ['["1","18446744073709551615"]', "[]"],
};
const stateFields: Readonly<Record<string, readonly string[]>> = {
  dimensions: ['{"x":[8e-9,"m"]}'],
  position: ["[1,2,3]"],
};

/** `--resolution`: units are applied without error. */
export const resolution: Target = {
  name: "resolution",
  weight: 1,
  refuses: isRefusal,
  prepare(chance) {
    const [unit, exponent] = chance.one(units);
    const digits = Array.from({ length: 3 }, () => String(1 + chance.below(chance.one([10, 1000, 1e9]))));
    const points = digits.map((text) => chance.below(text.length + 1));
    const numbers = digits.map((text, i) =>
      points[i] === 0 ? text : `${text.slice(0, -points[i]!)}.${text.slice(-points[i]!)}`,
    );
    const right = `${numbers.join("x")}${unit}`;
    const text = chance.once(3)
      ? right
      : mutateText(chance, right, ["x", "nm", "um", ".", "1e9", "constructor", "  "]);
    return {
      right: text === right,
      run() {
        const read = parseResolution(text);
        must(read.length === 3 && read.every((n) => Number.isFinite(n) && n > 0), () => `${read}`);
        if (text !== right) return;
        // Digits without a point, and all powers of ten in one: no product that could be rounded.
        const meant = digits.map((whole, i) => Number(`${whole}e${exponent - points[i]!}`));
        must(
          meant.every((n, i) => n === read[i]),
          () => `${read}, not ${meant}`,
        );
      },
      bound: () => textBound(text),
      show: () => JSON.stringify(text),
    };
  },
};

const units = [
  ["", 0],
  ["nm", 0],
  [" um", 3],
  ["µm", 3],
  ["μm", 3],
  ["mm", 6],
  ["cm", 7],
  ["m", 9],
  ["pm", -3],
] as const;
