"""Makes an input for `convert` with tifffile, and the same voxels as a numpy file.

Run: python make.py NAME FOLDER SOURCE.npy
NAME is one of CASES, or `stack`: FOLDER holds slices already, SOURCE.npy becomes what tifffile reads in them.
Prints the sha256 of the voxels, [z][y][x], little-endian.
"""

import hashlib
import json
import pathlib
import sys

import numpy as np
import tifffile


def offset():
    """Odd sizes and an odd place: cells of the coarser scales are partial on the near side too."""
    return dict(
        labels=patches([149, 83, 37], [0, 0, 3, 17, 2**40 + 5, 900, 2**60 + 1], 9).astype(np.uint64),
        scale={"voxel_offset": [100, -200, 3], "resolution": [8, 8, 16]},
        write=dict(compression="zlib", rowsperstrip=16),
    )


def wide():
    """Ids that meet in the low or high word, in float64 or as signed numbers."""
    ids = [0, 0, 0, 1, 2**32 + 1, 2**53 + 1, 2**63, 2**64 - 1]
    return dict(
        labels=patches([70, 50, 20], ids, 6).astype(np.uint64),
        scale={"voxel_offset": [0, 0, 0], "resolution": [4, 4, 40]},
        write=dict(compression="lzw", tile=(32, 48)),
    )


def raw16():
    return dict(
        labels=patches([90, 70, 33], [0, 0, 1, 2, 300, 65535], 8).astype(np.uint16),
        scale={"voxel_offset": [0, 0, 0], "resolution": [10, 10, 25], "encoding": "raw"},
        write=dict(compression="packbits", byteorder=">"),
    )


def full():
    """No background at all: the smallest id is a segment like the others."""
    return dict(
        labels=patches([40, 33, 18], [1, 2, 3, 4], 7).astype(np.uint8),
        scale={"voxel_offset": [-7, 0, 5], "resolution": [20, 20, 20]},
        write=dict(compression="zlib", predictor=True, rowsperstrip=5),
    )


CASES = {"offset": offset, "wide": wide, "raw16": raw16, "full": full}


def patches(shape, ids, side):
    """[z][y][x]: the id of the nearest of some random points, with a little salt for ties and dust."""
    rng = np.random.default_rng(sum(shape))
    count = int(np.prod([-(-n // side) for n in shape]))
    points = rng.uniform(0, shape, (count, 3))
    owner = np.concatenate([np.arange(len(ids)), rng.integers(0, len(ids), count - len(ids))])
    best = np.full(shape, np.inf)
    out = np.zeros(shape, np.int64)
    grid = np.indices(shape)
    for point, index in zip(points, owner):
        distance = sum((g - p) ** 2 for g, p in zip(grid, point))
        nearer = distance < best
        best[nearer] = distance[nearer]
        out[nearer] = index
    salt = rng.random(shape) < 0.01
    out[salt] = rng.integers(0, len(ids), int(salt.sum()))
    return np.array(ids, dtype=object)[out].T


def write_input(case, folder):
    labels = case["labels"]
    byteorder = case["write"].pop("byteorder", "<")
    for z, page in enumerate(labels):
        name = pathlib.Path(folder, f"slice{z:03}.tif")
        tifffile.imwrite(name, page, photometric="minisblack", metadata=None, byteorder=byteorder, **case["write"])
    scale = {**case["scale"], "size": list(labels.shape[::-1])}
    info = {
        "type": "segmentation",
        "data_type": str(labels.dtype),
        "num_channels": 1,
        "encoding": "compressed_segmentation",
        "compressed_segmentation_block_size": [8, 8, 8],
        "mesh": "mesh",
        "scales": [scale],
    }
    pathlib.Path(folder, "info").write_text(json.dumps(info))


def main(name, folder, source):
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    if name == "stack":
        labels = np.stack([tifffile.imread(f) for f in sorted(pathlib.Path(folder).glob("*.tif"))])
    else:
        case = CASES[name]()
        labels = case["labels"]
        write_input(case, folder)
    np.save(source, labels)
    print(hashlib.sha256(np.ascontiguousarray(labels.astype(labels.dtype.newbyteorder("<")))).hexdigest())


if __name__ == "__main__":
    main(*sys.argv[1:])
