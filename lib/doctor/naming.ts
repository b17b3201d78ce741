import { mapVec, type Vec3 } from "../format/vec.ts";
import type { Cause } from "./cause.ts";
import { exists } from "./object.ts";
import type { Reader } from "./reader.ts";
import { addressIn, shortName, type Visit } from "./visit.ts";

/** Another name under which a missing chunk is there, and what that means. */
export async function otherName(
  visit: Visit,
  reader: Reader,
  at: Vec3,
): Promise<{ readonly cause: Cause; readonly found: string } | undefined> {
  const { scale, folder, box, url } = reader;
  if (scale.sharding !== undefined) {
    const plain = await exists(visit, url(at));
    return plain
      ? { cause: "sharding", found: "info says sharded, but chunks lie there one by one" }
      : undefined;
  }
  for (const ending of [".gz", ".br"])
    if (await exists(visit, `${url(at)}${ending}`))
      return { cause: "gz-name", found: `it is stored as ${shortName(visit, url(at))}${ending}` };
  const { lo, hi } = box(at);
  const whole = box([0, 0, 0]).hi;
  const offset = scale.voxelOffset;
  const names = (from: Vec3, to: Vec3) => mapText((d) => `${from[d]}-${to[d]}`);
  const start = mapVec((d) => lo[d] + offset[d]);
  const end = mapVec((d) => hi[d] + offset[d]);
  const [x, y, z] = names(start, end);
  const uncut = names(
    start,
    mapVec((d) => start[d] + whole[d]),
  );
  const others: [string, string][] = [
    [`${x}/${y}/${z}`, "in folders of their own, as neuroglancer-scripts writes without --flat"],
    [
      `${x}/${y}/${z}.gz`,
      "in folders of their own and as .gz, as neuroglancer-scripts writes without --flat",
    ],
    [uncut.join("_"), "with the end of a whole chunk; names end where the volume ends"],
    [names(lo, hi).join("_"), "without voxel_offset; names are global"],
    [`${z}_${y}_${x}`, "as z_y_x; names are x_y_z"],
    [`${x}_${y}_${z}.raw`, "with an ending"],
  ];
  const own = [x, y, z].join("_");
  for (const [name, words] of others)
    if (name !== own && (await exists(visit, addressIn(folder, name))))
      return { cause: "chunk-name", found: `it is stored as ${name}: ${words}` };
  for (const name of ["0.shard", "00.shard", "000.shard"])
    if (await exists(visit, addressIn(folder, name)))
      return {
        cause: "sharding",
        found: `there are shards (${name}), but the scale in info has no sharding`,
      };
  return undefined;
}

function mapText(text: (axis: 0 | 1 | 2) => string): [string, string, string] {
  return [text(0), text(1), text(2)];
}
