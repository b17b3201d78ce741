"""Reads converted cases of test/bad with tensorstore, and the slices of some with tifffile.

Run: python bad.py LIST.json
LIST is [{name, dataset, voxels, size, input?}]: voxels is a file of uint64, x fastest; input a folder of slices that
are in order by name. Prints one JSON line {read, slices, failures}.
"""

import json
import logging
import pathlib
import sys

import numpy as np
import tensorstore as ts
import tifffile

import mirror

logging.getLogger("tifffile").setLevel(logging.CRITICAL)


def read_dataset(dataset):
    folder = f"{dataset} plain"
    mirror.copy(dataset, folder)
    spec = {"driver": "neuroglancer_precomputed", "kvstore": f"file://{folder}/", "scale_index": 0}
    return ts.open(spec, open=True, read=True).result()[..., 0].read().result()


def read_slices(folder):
    files = sorted(f for f in pathlib.Path(folder).iterdir() if f.suffix == ".tif")
    if len(files) == 1:
        data = tifffile.imread(files[0])
        return data if data.ndim == 3 else data[None]
    return np.stack([tifffile.TiffFile(f).pages[0].asarray() for f in files])


def difference(found, right):
    if found.shape != right.shape:
        return f"is {found.shape}, not {right.shape}"
    wrong = np.argwhere(found.astype(np.uint64) != right)
    return f"{len(wrong)} voxels differ, first at {wrong[0].tolist()}" if len(wrong) else None


failures = []
slices = 0
cases = json.loads(pathlib.Path(sys.argv[1]).read_text())
for case in cases:
    right = np.fromfile(case["voxels"], "<u8").reshape(case["size"], order="F")
    looks = [("dataset", lambda: read_dataset(case["dataset"]))]
    if "input" in case:
        slices += 1
        looks.append(("slices", lambda: read_slices(case["input"]).T))
    for what, look in looks:
        try:
            wrong = difference(look(), right)
        except Exception as error:
            wrong = f"{type(error).__name__}: {error}"
        if wrong:
            failures.append(f"{case['name']}: {what}: {wrong[:300]}")
print(json.dumps({"read": len(cases), "slices": slices, "failures": failures}))
