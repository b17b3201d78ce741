"""Counts every segment anew with numpy, and compares segments.csv and the segment properties with that."""

import csv
import io
import json

import numpy as np

import mirror

AXES = "xyz"


def check(info, labels, meshes, folder, report):
    """meshes: by id (triangles, area in nm2), or None without meshes."""
    expected = count(info["scales"][0], labels, meshes)
    root = info["segment_properties"].removesuffix("segment_properties")
    rows = list(csv.DictReader(io.StringIO(mirror.text(folder, f"{root}segments.csv"))))
    report.expect([row["id"] for row in rows] == list(expected), "table", "ids differ or are in another order")
    for row in rows:
        compare(row["id"], row, expected.get(row["id"], {}), report, 1e-9)
    table = json.loads(mirror.text(folder, f"{info['segment_properties']}/info"))["inline"]
    columns = {p["id"]: p["values"] for p in table["properties"] if p["type"] == "number"}
    wanted = {"voxels", "volume_um3", "touches_border", *(f"centroid_{a}" for a in AXES)}
    if meshes is not None:
        wanted |= {"surface_um2", "triangles"}
    report.expect(set(columns) == wanted, "properties", f"numbers are {sorted(columns)}")
    for i, name in enumerate(table["ids"]):
        wide = {k: v for k, v in expected.get(name, {}).items() if k in wanted}
        compare(name, {k: v[i] for k, v in columns.items()}, wide, report, 1e-6)
    report.figures["table"] = {"rows": len(rows), "columns": len(rows[0]) if rows else 0}


def compare(name, row, expected, report, tolerance):
    for key, value in expected.items():
        given = row.get(key)
        if value is None:
            right = given == ""
        else:
            right = given not in (None, "") and abs(float(given) - value) <= tolerance * max(1, abs(value))
        report.expect(right, "table", f"{name}: {key} is {given}, not {value}")


def count(scale, labels, meshes):
    offset = np.array(scale.get("voxel_offset", [0, 0, 0]))
    cubic = float(np.prod(np.array(scale["resolution"], float)))
    ids, dense, voxels = np.unique(labels, return_inverse=True, return_counts=True)
    dense = dense.reshape(-1)
    places = np.indices(labels.shape).reshape(3, -1)
    sums = [np.bincount(dense, weights=places[d]) for d in range(3)]
    lo = np.full((len(ids), 3), np.iinfo(np.int64).max)
    hi = np.zeros((len(ids), 3), np.int64)
    for d in range(3):
        np.minimum.at(lo[:, d], dense, places[d])
        np.maximum.at(hi[:, d], dense, places[d] + 1)
    border = (lo == 0).any(1) | (hi == labels.shape).any(1)
    expected = {}
    for i, name in enumerate(ids):
        if name == 0:
            continue
        triangles, area = (None, None) if meshes is None else meshes[int(name)]
        row = {"voxels": int(voxels[i]), "volume_um3": voxels[i] * cubic / 1e9, "touches_border": int(border[i])}
        row |= {"triangles": triangles, "surface_um2": None if area is None else area / 1e6}
        for d, axis in enumerate(AXES):
            # The middle of voxel i is at i + 1/2.
            row[f"centroid_{axis}"] = sums[d][i] / voxels[i] + 0.5 + offset[d]
            row[f"begin_{axis}"] = int(lo[i, d] + offset[d])
            row[f"end_{axis}"] = int(hi[i, d] + offset[d])
        expected[str(name)] = row
    return expected
