"""Spoils a dataset folder in one way, so that the judge can be judged.

Run: python mutate.py KIND FOLDER   (KIND: one of KINDS)
"""

import gzip
import json
import pathlib
import sys

import cloudvolume
import numpy as np
import tensorstore as ts


def open_scale(folder, mip):
    path = f"precomputed://file://{pathlib.Path(folder).resolve()}"
    return cloudvolume.CloudVolume(path, mip=mip, progress=False, non_aligned_writes=True)


def voxel(folder):
    """One voxel takes the id of another one."""
    volume = open_scale(folder, 0)
    data = np.asarray(volume[:, :, :])
    other = np.argwhere(data[..., 0] != data[0, 0, 0, 0])[0]
    data[0, 0, 0, 0] = data[(*other, 0)]
    volume[:, :, :] = data


def average(folder):
    """The second scale holds mean ids, as of an image."""
    fine, coarse = open_scale(folder, 0), open_scale(folder, 1)
    factor = [round(float(b / a)) for a, b in zip(fine.resolution, coarse.resolution)]
    source = ts.array(np.asarray(fine[:, :, :])[..., 0]).translate_to[tuple(int(v) for v in fine.voxel_offset)]
    coarse[:, :, :] = ts.downsample(source, factor, method="mean").read().result()[..., np.newaxis]


def chunk(folder):
    """A chunk is lost: the viewer would show background."""
    info = json.loads(pathlib.Path(folder, "info").read_text())
    sorted(pathlib.Path(folder, info["scales"][-1]["key"]).iterdir())[0].unlink()


def manifest(folder):
    """A segment loses its mesh."""
    sorted(pathlib.Path(folder, "mesh").glob("*:0*"))[0].unlink()


def hole(folder):
    """A mesh loses a triangle."""
    change_mesh(folder, lambda vertices, faces: (vertices, faces[:-1]))


def inverse(folder):
    """A mesh is turned inside out."""
    change_mesh(folder, lambda vertices, faces: (vertices, faces[:, ::-1]))


def shift(folder):
    """A mesh lies two voxels off."""
    info = json.loads(pathlib.Path(folder, "info").read_text())
    step = np.float32(2) * np.array(info["scales"][0]["resolution"], np.float32)
    change_mesh(folder, lambda vertices, faces: (vertices + step, faces))


def number(folder):
    """Ids of the segment table are numbers: those past 2^53 change in the browser."""
    change_json(folder, lambda table: table["inline"].update(ids=[int(i) for i in table["inline"]["ids"]]))


def count(folder):
    """A voxel count is one too high."""

    def change(table):
        values = next(p for p in table["inline"]["properties"] if p["id"] == "voxels")["values"]
        values[0] += 1

    change_json(folder, change)


def middle(folder):
    """A centroid of segments.csv is half a voxel off."""
    file = pathlib.Path(folder, "segments.csv")
    head, first, *rest = file.read_text().split("\n")
    cells = first.split(",")
    place = head.split(",").index("centroid_x")
    cells[place] = str(float(cells[place]) - 0.5)
    file.write_text("\n".join([head, ",".join(cells), *rest]))


def surface(folder):
    """A surface is that of a mesh a hundredth larger."""

    def change(table):
        values = next(p for p in table["inline"]["properties"] if p["id"] == "surface_um2")["values"]
        values[0] *= 1.01

    change_json(folder, change)


KINDS = {f.__name__: f for f in (voxel, average, chunk, manifest, hole, inverse, shift, number, count, middle, surface)}


def change_mesh(folder, change):
    file = sorted(f for f in pathlib.Path(folder, "mesh").iterdir() if f.name.startswith("mesh."))[0]
    data = load(file)
    n = int.from_bytes(data[:4], "little")
    vertices = np.frombuffer(data, "<f4", 3 * n, 4).reshape(-1, 3)
    faces = np.frombuffer(data, "<u4", -1, 4 + 12 * n).reshape(-1, 3)
    vertices, faces = change(vertices, faces)
    save(file, data[:4] + vertices.astype("<f4").tobytes() + np.ascontiguousarray(faces).tobytes())


def change_json(folder, change):
    file = next(pathlib.Path(folder, "segment_properties").glob("info*"))
    table = json.loads(load(file))
    change(table)
    save(file, json.dumps(table).encode())


def load(file):
    data = file.read_bytes()
    return gzip.decompress(data) if file.suffix == ".gz" else data


def save(file, data):
    file.write_bytes(gzip.compress(data) if file.suffix == ".gz" else data)


if __name__ == "__main__":
    KINDS[sys.argv[1]](sys.argv[2])
