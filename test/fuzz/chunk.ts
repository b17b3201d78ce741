import type { ChunkFormat, Codec } from "../../lib/format/codec.ts";
import { addLabel, createLabels, idText, type LabelTable, sortLabels } from "../../lib/format/label.ts";
import { raw } from "../../lib/format/raw.ts";
import { segmentation } from "../../lib/format/segmentation.ts";
import { bitsOf, type DataType, largestId } from "../../lib/format/type.ts";
import { product, type Vec3 } from "../../lib/format/vec.ts";
import { wholeView } from "../../lib/format/view.ts";
import type { Chance } from "./chance.ts";
import { mutateBytes } from "./mutate.ts";
import { type Execution, isPlainError, must, showBytes, type Target } from "./target.ts";

/** Chunks that were encoded and then damaged: what decodes must be what the specification says it is. */
export const segmentationChunks: Target = {
  name: "segmentation",
  weight: 3,
  refuses: isPlainError,
  prepare: (chance) => decodingOf(chance, { codec: segmentation, reference: readSegmentation }),
};

export const rawChunks: Target = {
  name: "raw",
  weight: 1,
  refuses: isPlainError,
  prepare: (chance) => decodingOf(chance, { codec: raw, reference: readRaw }),
};

type Shaped = ChunkFormat & { shape: Vec3 };
type Kind = { codec: Codec; reference: (bytes: Uint8Array, form: Shaped) => bigint[] };

function decodingOf(chance: Chance, { codec, reference }: Kind): Execution {
  const form = makeForm(chance, codec === raw);
  const ids = makeIds(chance, form);
  const encoded = encode(codec, ids, form);
  const changed = chance.once(4) ? encoded : mutateBytes(chance, encoded);
  const intact = Buffer.compare(changed, encoded) === 0;
  // Chunks may start anywhere in a larger buffer.
  const shift = chance.below(9);
  const bytes = new Uint8Array(shift + changed.length).subarray(shift);
  bytes.set(changed);
  return {
    right: intact,
    run() {
      const read = decode(codec, bytes, form);
      const meant = intact ? ids : reference(bytes, form);
      const differs = meant.findIndex((id, i) => id !== read[i]);
      must(differs < 0, () => `voxel ${differs} is ${read[differs]}, not ${meant[differs]}`);
    },
    bound: () => 2 ** 20 + 64 * bytes.length + 2000 * product(form.shape),
    show: () => `${JSON.stringify(form)} at byte ${shift}: ${showBytes(bytes)}`,
  };
}

function makeForm(chance: Chance, any: boolean): Shaped {
  const side = () => 1 + chance.below(chance.one([3, 9, 20]));
  const edge = () => chance.one([1, 2, 3, 4, 8, 8, 8, 16, 64]);
  const types: readonly DataType[] = any ? ["uint8", "uint16", "uint32", "uint64"] : ["uint32", "uint64"];
  return { dataType: chance.one(types), block: [edge(), edge(), edge()], shape: [side(), side(), side()] };
}

function makeIds(chance: Chance, { dataType, shape }: Shaped): bigint[] {
  const most = chance.one([1, 2, 5, 30, 300]);
  const palette = Array.from({ length: most }, () => {
    const id = chance.once(8) ? 2n ** 64n - 1n : (BigInt(chance.word()) << 32n) | BigInt(chance.word());
    return BigInt.asUintN(bitsOf(dataType), id >> BigInt(chance.one([0, 32, 48, 60])));
  });
  const stay = chance.one([1, 6]);
  let id = palette[0]!;
  return Array.from({ length: product(shape) }, () => {
    if (chance.once(stay)) id = chance.one(palette);
    return id;
  });
}

function tableFor({ dataType }: Shaped): LabelTable {
  return createLabels(largestId(bitsOf(dataType)));
}

function encode(codec: Codec, ids: readonly bigint[], form: Shaped): Uint8Array {
  const table = tableFor(form);
  const labels = Uint32Array.from(ids, (id) => addLabel(table, Number(id & 0xffffffffn), Number(id >> 32n)));
  sortLabels(table, labels);
  return codec.encode(wholeView(labels, form.shape), table, form);
}

function decode(codec: Codec, bytes: Uint8Array, form: Shaped): bigint[] {
  const table = tableFor(form);
  const labels = new Uint32Array(product(form.shape)).fill(0xffffffff);
  codec.decode(bytes, table, { ...form, target: wholeView(labels, form.shape) });
  return Array.from(labels, (label) => {
    must(label < table.count, () => `label ${label} of ${table.count}`);
    return BigInt(idText(table, label));
  });
}

/** One voxel after the other, straight from the text of the specification. */
function readSegmentation(bytes: Uint8Array, { block, shape, dataType }: Shaped): bigint[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (i: number) => BigInt(view.getUint32(4 * i, true));
  const channel = Number(word(0));
  const grid = shape.map((n, d) => Math.ceil(n / block[d]!));
  return Array.from({ length: product(shape) }, (_, i) => {
    const at = [i % shape[0], Math.floor(i / shape[0]) % shape[1], Math.floor(i / shape[0] / shape[1])];
    const [bx, by, bz] = at.map((n, d) => Math.floor(n / block[d]!)) as [number, number, number];
    const [x, y, z] = at.map((n, d) => n % block[d]!) as [number, number, number];
    const header = channel + 2 * (bx + grid[0]! * (by + grid[1]! * bz));
    const table = channel + Number(word(header) & 0xffffffn);
    const bits = word(header) >> 24n;
    const bit = Number(bits) * (x + block[0] * (y + block[1] * z));
    const start = channel + Number(word(header + 1)) + Math.floor(bit / 32);
    const value = bits === 0n ? 0n : (word(start) >> BigInt(bit % 32)) & ((1n << bits) - 1n);
    const entry = table + Number(value) * (dataType === "uint64" ? 2 : 1);
    return word(entry) | (dataType === "uint64" ? word(entry + 1) << 32n : 0n);
  });
}

function readRaw(bytes: Uint8Array, { dataType }: Shaped): bigint[] {
  const size = bitsOf(dataType) / 8;
  return Array.from({ length: bytes.length / size }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n),
  );
}
