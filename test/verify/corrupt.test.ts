import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { verify } from "../../lib/local/verify/verify.ts";
import { type CheckName, findingsOf } from "../../lib/verify/report.ts";
import { cells, makeDataset } from "./make.ts";
import { editIds, editMesh, type Json, type Victim, victimIn } from "./spoil.ts";

const folder = mkdtempSync(path.join(tmpdir(), "neuropress-verify-"));
const at = (name: string) => path.join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const size = [70, 60, 40] as const;
const place = { voxel_offset: [3, -5, 2] };

beforeAll(async () => {
  const volume = { size, idAt: cells(9), scale: place };
  await makeDataset(
    { input: at("input"), output: at("raw") },
    { ...volume, info: { encoding: "raw", mesh: "mesh" } },
  );
  await makeDataset({ input: at("packed-input"), output: at("packed") }, volume);
});

test.each(["raw", "packed"])("a good dataset (%s) is found good", async (name) => {
  const source = name === "raw" ? at("input") : at("packed-input");
  const { receipt, report } = await verify(at(name), source);
  expect(findingsOf(report)).toEqual([]);
  expect(receipt.ok).toBe(true);
  // A check that looked at nothing would find nothing.
  for (const [check, { checked }] of Object.entries(receipt.checks))
    expect({ check, checked }).not.toEqual({ check, checked: 0 });
  expect(Object.keys(receipt.checks)).toHaveLength(17);
  expect(receipt.checks["source"]).toMatchObject({ figures: { voxels: 70 * 60 * 40 } });
  expect(receipt.scales.length).toBeGreaterThan(2);
});

type Spoiled = {
  readonly name: string;
  readonly check: CheckName;
  /** In what is found. */
  readonly says: RegExp;
  readonly of?: "raw" | "packed";
  readonly source?: false;
  readonly spoil: (victim: Victim) => void;
};

const first = (victim: Victim) => victim.segments()[0]!;
const fragment = (victim: Victim, id = first(victim)) => `mesh/mesh.${id}.${id}`;
/** A chunk of full size, away from the border. */
const inner = (victim: Victim) =>
  victim
    .chunks(0)
    .filter((key) => victim.shapeOf(key).every((n, d) => n === (d === 2 ? 8 : 16) || n === 16))[3]!;
const voxelsColumn = (table: Json) => table.inline.properties.find((one: Json) => one.id === "voxels").values;

const spoiled: readonly Spoiled[] = [
  {
    name: "a chunk dropped",
    check: "chunks",
    says: /is missing/,
    spoil: (victim) => victim.remove(inner(victim)),
  },
  {
    name: "a chunk of the last scale dropped",
    check: "chunks",
    says: /is missing/,
    spoil: (victim) => victim.remove(victim.chunks(2)[0]!),
  },
  {
    name: "two slices swapped",
    check: "source",
    says: /other voxels than the source/,
    spoil: (victim) => swapSlices(victim, inner(victim)),
  },
  {
    name: "two chunks swapped",
    check: "source",
    says: /other voxels than the source/,
    spoil: (victim) => {
      const [one, other] = victim.chunks(0).filter((key) => sameShape(victim, key, inner(victim)));
      victim.rename(one!, "aside");
      victim.rename(other!, one!);
      victim.rename("aside", other!);
    },
  },
  {
    name: "a voxel changed",
    check: "source",
    says: /other voxels than the source/,
    spoil: (victim) =>
      editIds(victim, inner(victim), (ids) => {
        ids[777] = ids[777] === 7n ? 12n : 7n;
      }),
  },
  {
    name: "a voxel changed, and no source to compare with",
    check: "table",
    says: /voxels in the table, and \d+ in the volume/,
    source: false,
    spoil: (victim) =>
      editIds(victim, inner(victim), (ids) => {
        ids[777] = ids[777] === 7n ? 12n : 7n;
      }),
  },
  {
    name: "a scale averaged",
    check: "pyramid",
    says: /no majority of the scale before/,
    spoil: (victim) =>
      reduceAgain(victim, (ids) => ids.reduce((sum, id) => sum + id, 0n) / BigInt(ids.length)),
  },
  {
    name: "an id that averaging made",
    check: "ids",
    says: /is in scale 1, but not in scale 0/,
    spoil: (victim) =>
      reduceAgain(victim, (ids) => ids.reduce((sum, id) => sum + id, 0n) / BigInt(ids.length)),
  },
  {
    name: "a scale strided",
    check: "pyramid",
    says: /no majority of the scale before/,
    spoil: (victim) => reduceAgain(victim, (ids) => ids[0]!),
  },
  {
    name: "ties that go to the larger id",
    check: "pyramid",
    says: /not go to the smallest/,
    spoil: (victim) => reduceAgain(victim, mostOf),
  },
  {
    name: "a fragment emptied",
    check: "fragments",
    says: /is empty|has 0 bytes/,
    spoil: (victim) => victim.edit(fragment(victim), () => Buffer.alloc(4)),
  },
  {
    name: "a fragment of no bytes",
    check: "fragments",
    says: /has 0 bytes/,
    spoil: (victim) => victim.edit(fragment(victim), () => Buffer.alloc(0)),
  },
  {
    name: "a fragment lost",
    check: "fragments",
    says: /is missing/,
    spoil: (victim) => victim.remove(fragment(victim)),
  },
  {
    name: "a manifest renamed",
    check: "manifests",
    says: /is missing/,
    spoil: (victim) => victim.rename(`mesh/${first(victim)}:0`, `mesh/${first(victim)}`),
  },
  {
    name: "a manifest of an id that there is not",
    check: "manifests",
    says: /is of 99, which has no voxels/,
    spoil: (victim) =>
      cpSync(path.join(victim.root, `mesh/${first(victim)}:0`), path.join(victim.root, "mesh/99:0")),
  },
  {
    name: "a manifest without fragments",
    check: "manifests",
    says: /names no fragments/,
    spoil: (victim) => victim.json(`mesh/${first(victim)}:0`, (manifest) => manifest.fragments.pop()),
  },
  {
    name: "an id rounded through float64, everywhere",
    check: "source",
    says: /other voxels than the source/,
    spoil: (victim) => {
      for (const scale of [0, 1, 2]) for (const key of victim.chunks(scale)) editIds(victim, key, round);
    },
  },
  {
    name: "an id rounded through float64, by name",
    check: "voxels",
    says: /9007199254740993|segment 9007199254740992/,
    spoil: (victim) => {
      for (const scale of [0, 1, 2]) for (const key of victim.chunks(scale)) editIds(victim, key, round);
    },
  },
  {
    name: "ids of the table as numbers",
    check: "table",
    says: /as numbers they are rounded/,
    spoil: (victim) =>
      victim.json("segment_properties/info", (table) => {
        table.inline.ids = table.inline.ids.map(Number);
      }),
  },
  {
    name: "an offset forgotten in a scale",
    check: "info",
    says: /scales\[1\]\.voxel_offset is 0, 0, 0/,
    spoil: (victim) =>
      victim.json("info", (info) => {
        info.scales[1].voxel_offset = [0, 0, 0];
      }),
  },
  {
    name: "an offset forgotten everywhere",
    check: "info",
    says: /voxel_offset is 0, 0, 0, and the input's info says \[3,-5,2\]/,
    spoil: forgetOffset,
  },
  {
    name: "an offset forgotten everywhere but in the meshes",
    check: "box",
    says: /its mesh spans .* and its voxels span/,
    source: false,
    spoil: forgetOffset,
  },
  {
    name: "a mesh shifted by half a voxel",
    check: "box",
    says: /its mesh spans/,
    spoil: (victim) =>
      editMesh(victim, fragment(victim), ({ vertices, triangles }) => ({
        vertices: vertices.map((v, i) => v + (i % 3 === 2 ? 8 : 4)),
        triangles,
      })),
  },
  {
    name: "a mesh inside out",
    check: "outward",
    says: /wound inward/,
    spoil: (victim) =>
      editMesh(victim, fragment(victim), ({ vertices, triangles }) => ({
        vertices,
        triangles: triangles.toReversed(),
      })),
  },
  {
    name: "a triangle lost",
    check: "closed",
    says: /open at 3 edges/,
    spoil: (victim) =>
      editMesh(victim, fragment(victim), ({ vertices, triangles }) => ({
        vertices,
        triangles: triangles.slice(3),
      })),
  },
  {
    name: "a mesh open along a plane",
    check: "closed",
    says: /open at \d+ edges/,
    spoil: (victim) =>
      editMesh(victim, fragment(victim), ({ vertices, triangles }) => {
        const high = (i: number) => vertices[3 * triangles[i]!]! > 300;
        return { vertices, triangles: triangles.filter((_, i) => !high(i - (i % 3))) };
      }),
  },
  {
    name: "a triangle twice",
    check: "manifold",
    says: /not one sheet/,
    spoil: (victim) =>
      editMesh(victim, fragment(victim), ({ vertices, triangles }) => ({
        vertices,
        triangles: Uint32Array.of(...triangles, ...triangles.subarray(0, 3)),
      })),
  },
  {
    name: "two vertices made one, where sheets then touch",
    check: "manifold",
    says: /not one sheet/,
    spoil: (victim) =>
      editMesh(victim, fragment(victim), ({ vertices, triangles }) => {
        const far = farVertex(vertices, triangles);
        return { vertices, triangles: triangles.map((v) => (v === far ? triangles[0]! : v)) };
      }),
  },
  {
    name: "the meshes of two segments swapped",
    check: "centre",
    says: /voxels off that of its voxels/,
    spoil: (victim) => {
      const [one, other] = victim.segments();
      victim.rename(fragment(victim, one), "aside");
      victim.rename(fragment(victim, other), fragment(victim, one));
      victim.rename("aside", fragment(victim, other));
    },
  },
  {
    name: "a mesh in voxels instead of nanometres",
    check: "box",
    says: /its mesh spans/,
    spoil: (victim) =>
      editMesh(victim, fragment(victim), ({ vertices, triangles }) => ({
        vertices: vertices.map((v) => v / 8),
        triangles,
      })),
  },
  {
    name: "a vertex that is no number",
    check: "fragments",
    says: /a vertex at NaN/,
    spoil: (victim) =>
      editMesh(victim, fragment(victim), ({ vertices, triangles }) => ({
        vertices: vertices.map((v, i) => (i === 5 ? Number.NaN : v)),
        triangles,
      })),
  },
  {
    name: "a segment missing from the table",
    check: "table",
    says: /is not in the table/,
    spoil: (victim) =>
      victim.json("segment_properties/info", ({ inline }) => {
        inline.ids.splice(2, 1);
        for (const { values } of inline.properties) values.splice(2, 1);
      }),
  },
  {
    name: "a segment too many in the table",
    check: "table",
    says: /segment 99: is in the table, and has no voxels/,
    spoil: (victim) =>
      victim.json("segment_properties/info", ({ inline }) => {
        inline.ids.push("99");
        for (const { values } of inline.properties) values.push(values[0]);
      }),
  },
  {
    name: "a wrong count",
    check: "table",
    says: /has \d+ voxels in the table, and \d+ in the volume/,
    spoil: (victim) =>
      victim.json("segment_properties/info", (table) => {
        voxelsColumn(table)[0]++;
      }),
  },
  {
    name: "a truncated gzip",
    check: "objects",
    says: /gzip/,
    spoil: (victim) => victim.editFile(inner(victim), (bytes) => bytes.subarray(0, bytes.length - 20)),
  },
  {
    name: "a gzip cut to its header",
    check: "objects",
    says: /gzip/,
    spoil: (victim) => victim.editFile(inner(victim), (bytes) => bytes.subarray(0, 12)),
  },
  {
    name: "a bit turned in a gzip",
    check: "objects",
    says: /gzip/,
    spoil: (victim) =>
      victim.editFile(inner(victim), (bytes) => {
        bytes[Math.floor(bytes.length / 2)]! ^= 16;
        return bytes;
      }),
  },
  {
    name: "gzipped twice",
    check: "objects",
    says: /gzipped twice/,
    spoil: (victim) => victim.editFile(inner(victim), (bytes) => gzipSync(bytes)),
  },
  {
    name: "a chunk of the wrong shape",
    check: "chunks",
    says: /has \d+ bytes, and .* voxels are/,
    spoil: (victim) => {
      const cut = victim.chunks(0).find((key) => !sameShape(victim, key, inner(victim)))!;
      const whole = readFileSync(path.join(victim.root, `${inner(victim)}.gz`));
      victim.editFile(cut, () => whole);
    },
  },
  {
    name: "info with the wrong size",
    check: "info",
    says: /size is 71 x 60 x 40/,
    spoil: (victim) =>
      victim.json("info", (info) => {
        info.scales[0].size[0]++;
      }),
  },
  {
    name: "info with the wrong resolution",
    check: "info",
    says: /resolution is 8, 8, 8, and the input's info says \[8,8,16\]/,
    spoil: (victim) =>
      victim.json("info", (info) => {
        for (const scale of info.scales) scale.resolution[2] /= 2;
      }),
  },
  {
    name: "info with the axes in the other order",
    check: "info",
    says: /size is 40 x 60 x 70/,
    spoil: (victim) =>
      victim.json("info", (info) => {
        info.scales[0].size.reverse();
      }),
  },
  {
    name: "a state that opens outside",
    check: "state",
    says: /position \[1000,0,0\] is outside/,
    spoil: (victim) =>
      victim.json("state.json", (state) => {
        state.position = [1000, 0, 0];
      }),
  },
  {
    name: "ids of the state as numbers",
    check: "state",
    says: /ids are strings/,
    spoil: (victim) =>
      victim.json("state.json", (state) => {
        state.layers[0].segments = state.layers[0].segments.map(Number);
      }),
  },
  {
    name: "a state in nanometres",
    check: "state",
    says: /dimensions\.x/,
    spoil: (victim) =>
      victim.json("state.json", (state) => {
        state.dimensions.x = [8, "m"];
      }),
  },
  {
    name: "a lookup table beyond the chunk",
    of: "packed",
    check: "chunks",
    says: /looks an id up at word|among its headers/,
    spoil: (victim) =>
      victim.edit(inner(victim), (bytes) => {
        bytes.writeUIntLE(0xfffff0, 4, 3);
        return bytes;
      }),
  },
  {
    name: "values of an impossible number of bits",
    of: "packed",
    check: "chunks",
    says: /values of 3 bits/,
    spoil: (victim) =>
      victim.edit(inner(victim), (bytes) => {
        bytes[7] = 3;
        return bytes;
      }),
  },
  {
    name: "an id of a lookup table changed",
    of: "packed",
    check: "source",
    says: /other voxels than the source/,
    spoil: (victim) =>
      victim.edit(inner(victim), (bytes) => {
        bytes.writeUInt32LE(bytes.readUInt32LE(bytes.length - 8) ^ 1, bytes.length - 8);
        return bytes;
      }),
  },
  {
    name: "a chunk without the word that says where its channel starts",
    of: "packed",
    check: "chunks",
    says: /its channel starts at word|headers/,
    spoil: (victim) => victim.edit(inner(victim), (bytes) => bytes.subarray(4)),
  },
];

test.each(spoiled)("$name", async ({ name, check, says, of = "raw", source = true, spoil }) => {
  const root = at(`spoiled-${name.replace(/\W+/g, "-")}`);
  cpSync(at(of), root, { recursive: true });
  spoil(victimIn(root));
  const input = of === "raw" ? at("input") : at("packed-input");
  const { receipt, report } = await verify(root, source ? input : undefined);
  expect(receipt.ok).toBe(false);
  const found = findingsOf(report);
  expect(found.map((one) => one.check)).toContain(check);
  const own = found
    .filter((one) => one.check === check)
    .map(({ finding }) => `${finding.at}: ${finding.found}`);
  expect(own.join("\n")).toMatch(says);
  rmSync(root, { recursive: true });
});

test("there are at least twenty", () => expect(spoiled.length).toBeGreaterThanOrEqual(20));

function sameShape(victim: Victim, one: string, other: string): boolean {
  return victim.shapeOf(one).join() === victim.shapeOf(other).join();
}

function swapSlices(victim: Victim, key: string): void {
  const [width, height] = victim.shapeOf(key);
  editIds(victim, key, (ids) => {
    const slice = width * height;
    const third = ids.slice(2 * slice, 3 * slice);
    ids.copyWithin(2 * slice, 5 * slice, 6 * slice);
    ids.set(third, 5 * slice);
  });
}

function round(ids: BigUint64Array): void {
  for (let i = 0; i < ids.length; i++) ids[i] = BigInt.asUintN(64, BigInt(Number(ids[i])));
}

/** Most frequent, of several the largest. */
function mostOf(ids: readonly bigint[]): bigint {
  const count = (id: bigint) => ids.filter((one) => one === id).length;
  return ids.reduce((best, id) =>
    count(id) > count(best) || (count(id) === count(best) && id > best) ? id : best,
  );
}

/** The vertex that is farthest from the first triangle's first. */
function farVertex(vertices: Float32Array, triangles: Uint32Array): number {
  const place = (v: number) => [0, 1, 2].map((d) => vertices[3 * v + d]!);
  const from = place(triangles[0]!);
  const distance = (v: number) => Math.hypot(...place(v).map((p, d) => p - from[d]!));
  return triangles.reduce((best, v) => (distance(v) > distance(best) ? v : best));
}

/** Makes a chunk of scale 1 anew from the voxels of scale 0, by another rule. */
function reduceAgain(victim: Victim, rule: (ids: bigint[]) => bigint): void {
  const info = JSON.parse(readFileSync(path.join(victim.root, "info"), "utf8"));
  const [fine, coarse] = info.scales;
  const factor = [0, 1, 2].map((d) => coarse.resolution[d] / fine.resolution[d]);
  const ids = new Map<string, bigint>();
  for (const key of victim.chunks(0)) {
    const lo = key
      .split("/")[1]!
      .split("_")
      .map((range) => Number(/^-?\d+/.exec(range)![0]));
    const [width, height] = victim.shapeOf(key);
    victim.edit(key, (bytes) => {
      new BigUint64Array(new Uint8Array(bytes).buffer).forEach((id, i) => {
        const [x, y, z] = [i % width, Math.floor(i / width) % height, Math.floor(i / width / height)];
        ids.set([lo[0]! + x, lo[1]! + y, lo[2]! + z].join(), id);
      });
      return bytes;
    });
  }
  for (const key of victim.chunks(1)) {
    const lo = key
      .split("/")[1]!
      .split("_")
      .map((range) => Number(/^-?\d+/.exec(range)![0]));
    const [width, height] = victim.shapeOf(key);
    editIds(victim, key, (out) => {
      for (let i = 0; i < out.length; i++) {
        const at = [i % width, Math.floor(i / width) % height, Math.floor(i / width / height)];
        const cell: bigint[] = [];
        for (let k = 0; k < factor[2]!; k++)
          for (let j = 0; j < factor[1]!; j++)
            for (let h = 0; h < factor[0]!; h++) {
              const id = ids.get([h, j, k].map((v, d) => (lo[d]! + at[d]!) * factor[d]! + v).join());
              if (id !== undefined) cell.push(id);
            }
        out[i] = rule(cell);
      }
    });
  }
}

/** `info` without offsets, and every chunk under the name that it has then. */
function forgetOffset(victim: Victim): void {
  const info = JSON.parse(readFileSync(path.join(victim.root, "info"), "utf8"));
  info.scales.forEach((scale: Json, index: number) => {
    for (const key of victim.chunks(index)) {
      const ranges = key
        .split("/")[1]!
        .split("_")
        .map((range) => /^(-?\d+)-(-?\d+)$/.exec(range)!);
      const name = ranges.map(
        ([, lo, hi], d) => `${Number(lo) - scale.voxel_offset[d]}-${Number(hi) - scale.voxel_offset[d]}`,
      );
      victim.rename(key, `moved-${scale.key}-${name.join("_")}`);
    }
  });
  info.scales.forEach((scale: Json) => {
    for (const name of readdirOf(victim.root, `moved-${scale.key}-`))
      victim.rename(
        name.replace(/\.gz$/, ""),
        `${scale.key}/${name.slice(`moved-${scale.key}-`.length).replace(/\.gz$/, "")}`,
      );
  });
  victim.json("info", (value) => {
    for (const scale of value.scales) scale.voxel_offset = [0, 0, 0];
  });
}

function readdirOf(root: string, prefix: string): string[] {
  return readdirSync(root).filter((name) => name.startsWith(prefix));
}
