import { parse } from "csv-parse/sync";
import { expect, test } from "vitest";
import type { Segment } from "../../lib/format/measure.ts";
import { segmentProperties } from "../../lib/format/property.ts";
import { segmentTable } from "../../lib/format/table.ts";

const mesh = { triangles: 12, area: 2_500_000 };
const segments: Segment[] = [
  { id: "7", voxels: 10, box: [0, 1, 2, 3, 4, 5], centroid: [1.5, 2.5, 3.5], mesh },
  { id: "9007199254740993", voxels: 4_000_000_000, box: [5, 5, 5, 6, 6, 6], centroid: [5.5, 5.5, 5.5], mesh },
];
// 100 x 100 x 200 nm = 0.002 cubic micrometres.
const frame = { resolution: [100, 100, 200], voxelOffset: [10, -20, 0], size: [50, 6, 50] } as const;
const labels = new Map([["7", 'so,ma "1"']]);
const number = (id: string, description: string, data_type: string, values: number[]) => ({
  ...{ id, type: "number", description },
  ...{ data_type, values },
});

test("segment properties: ids as text, exact counts, volumes, places in global voxels", () => {
  expect(segmentProperties(segments, { ...frame, labels })).toEqual({
    "@type": "neuroglancer_segment_properties",
    inline: {
      ids: ["7", "9007199254740993"],
      properties: [
        { id: "label", type: "label", values: ['so,ma "1"', ""] },
        number("voxels", "number of voxels", "uint32", [10, 4_000_000_000]),
        number("volume_um3", "volume in cubic micrometres", "float32", [Math.fround(0.02), 8_000_000]),
        number("surface_um2", "area of the mesh in square micrometres", "float32", [2.5, 2.5]),
        number("triangles", "triangles of the mesh", "uint32", [12, 12]),
        number(
          "touches_border",
          "1 if it reaches the border of the volume, where it may go on",
          "uint8",
          [1, 1],
        ),
        number("centroid_x", "x of the mean of its voxels, in voxels", "float32", [11.5, 15.5]),
        number("centroid_y", "y of the mean of its voxels, in voxels", "float32", [-17.5, -14.5]),
        number("centroid_z", "z of the mean of its voxels, in voxels", "float32", [3.5, 5.5]),
        {
          id: "bounding_box",
          type: "string",
          description: "voxels x_y_z, the end outside",
          values: ["10-13_-19--16_2-5", "15-16_-15--14_5-6"],
        },
      ],
    },
  });
});

test("without meshes there is no surface and no border where there is none", () => {
  const alone = [{ id: "3", voxels: 1, box: [1, 1, 1, 2, 2, 2], centroid: [1.5, 1.5, 1.5] }];
  const { inline } = segmentProperties(alone, frame) as {
    inline: { properties: { id: string; values: unknown[] }[] };
  };
  expect(inline.properties.map(({ id }) => id)).toEqual([
    ...["voxels", "volume_um3", "touches_border", "centroid_x", "centroid_y", "centroid_z", "bounding_box"],
  ]);
  expect(inline.properties.find(({ id }) => id === "touches_border")?.values).toEqual([0]);
  expect(segmentTable(alone, frame).split("\n")[1]).toBe("3,,1,0.002,,,0,11.5,-18.5,1.5,11,-19,1,12,-18,2");
});

test("segments.csv is read as it was meant by another reader, quotes, commas and large ids too", () => {
  const text = segmentTable(segments, { ...frame, labels });
  expect(text.split("\n")[0]).toBe(
    "id,label,voxels,volume_um3,surface_um2,triangles,touches_border,centroid_x,centroid_y,centroid_z," +
      "begin_x,begin_y,begin_z,end_x,end_y,end_z",
  );
  const rows = parse<Record<string, string>>(text, { columns: true });
  expect(rows.map(({ id, label }) => [id, label])).toEqual([
    ["7", 'so,ma "1"'],
    ["9007199254740993", ""],
  ]);
  expect(rows[0]).toMatchObject({ voxels: "10", volume_um3: "0.02", surface_um2: "2.5", triangles: "12" });
  expect(rows[1]).toMatchObject({ begin_y: "-15", end_y: "-14", centroid_z: "5.5", touches_border: "1" });
});
