"""The guide's own programs: neuroglancer-scripts for the chunks, neuroglancer's LocalVolume for the meshes.

What the guide says and no longer works is put right: the encoding is inside the scale, LocalVolume is given dimensions.
"""

import importlib
import json
import os

import neuroglancer
import numpy as np

from plan import basic_info
from volume import read_volume, scale, slices


def program(module, *arguments):
    found = importlib.import_module("neuroglancer_scripts.scripts." + module)
    status = found.main([module, *arguments])
    if status:
        raise RuntimeError(f"{module} ended with {status}")


def make_scales(folder, out):
    os.makedirs(out, exist_ok=True)
    basic = out.rstrip("/") + ".basic.json"
    with open(basic, "w") as file:
        json.dump(basic_info(folder), file)
    program("generate_scales_info", basic, out, "--target-chunk-size", "128")


def ingest(folder, out):
    # Every file of the folder is taken for a slice.
    only = out.rstrip("/") + ".slices"
    os.makedirs(only, exist_ok=True)
    for name in slices(folder):
        link = os.path.join(only, os.path.basename(name))
        if not os.path.lexists(link):
            os.symlink(os.path.abspath(name), link)
    program("slices_to_precomputed", only, out, "--flat")


def pyramid(_, out):
    program("compute_scales", "--flat", "--downscaling-method", "majority", out)


def meshes(folder, out):
    volume = read_volume(folder)
    # Units are empty because with "nm" the library gives vertices in metres.
    space = neuroglancer.CoordinateSpace(names=["x", "y", "z"], units=["", "", ""], scales=scale(folder)["resolution"])
    local = neuroglancer.LocalVolume(data=volume.T, dimensions=space)
    place = os.path.join(out, "mesh")
    os.makedirs(place, exist_ok=True)
    for id in np.unique(volume):
        if id == 0:
            continue
        with open(os.path.join(place, f"mesh.{id}.{id}"), "wb") as file:
            file.write(local.get_object_mesh(int(id)))
        with open(os.path.join(place, f"{id}:0"), "w") as file:
            file.write('{"fragments": ["mesh.%d.%d"]}' % (id, id))


STAGES = {"scales": make_scales, "ingest": ingest, "pyramid": pyramid, "meshes": meshes}
