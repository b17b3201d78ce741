"""A folder of slices as arrays, and the digest that bench/stage/digest.ts computes."""

import glob
import hashlib
import json
import os
import time

import numpy as np
import tifffile


def slices(folder):
    return sorted(glob.glob(os.path.join(folder, "*.tif")))


def scale(folder):
    """The one scale of the basic info: resolution, size, voxel_offset."""
    with open(os.path.join(folder, "info")) as file:
        return json.load(file)["scales"][0]


def read_volume(folder, z0=0, z1=None):
    """Slices [z0, z1) as an array [z, y, x]. tifffile calls uint64 ulonglong, which cloud-volume refuses."""
    files = slices(folder)[z0:z1]
    first = tifffile.imread(files[0])
    out = np.empty((len(files),) + first.shape, np.dtype(first.dtype.str))
    for z, name in enumerate(files):
        out[z] = tifffile.imread(name)
    return out


def boxes(shape, chunk):
    """Lowest voxel of each chunk and its slices, of an array [x, y, z]."""
    for z in range(0, shape[2], chunk[2]):
        for y in range(0, shape[1], chunk[1]):
            for x in range(0, shape[0], chunk[0]):
                low = (x, y, z)
                yield low, tuple(slice(a, min(a + c, n)) for a, c, n in zip(low, chunk, shape))


class Digest:
    def __init__(self):
        self.lines = []

    def add(self, name, data):
        self.lines.append(name + " " + hashlib.sha256(data).hexdigest())

    def end(self):
        if not self.lines:
            return {}
        return {"digest": hashlib.sha256("\n".join(sorted(self.lines)).encode()).hexdigest()}


class Clock:
    """Adds up the time of what is done inside `with clock:`."""

    def __init__(self):
        self.seconds = 0.0

    def __enter__(self):
        self.since = time.perf_counter()

    def __exit__(self, *_):
        self.seconds += time.perf_counter() - self.since
