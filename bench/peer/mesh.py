"""zmesh on the whole volume: marching cubes of all ids, then each mesh simplified, as igneous does it; closed.

With its border closed, zmesh puts everything half a voxel too high along each axis: bench/row/mesh.ts moves it back.
"""

import os

import fastremap
import numpy as np
import zmesh

from volume import Clock, read_volume


def open_zmesh(options):
    """With `out`, the meshes are written there after the clock has stopped: legacy fragments, nanometres."""
    volume = np.asfortranarray(read_volume(options["folder"]).T)
    volume, mapping = fastremap.renumber(volume, in_place=True)
    names = {label: id for id, label in mapping.items()}
    resolution = tuple(options["resolution"])

    def run(_):
        clock, march, triangles = Clock(), Clock(), 0
        mesher = zmesh.Mesher(resolution)
        with march:
            mesher.mesh(volume, close=True)
        for label in mesher.ids():
            with clock:
                mesh = mesher.get(label, normals=False, reduction_factor=100, max_error=40)
                mesher.erase(label)
            triangles += len(mesh.faces)
            if "out" in options:
                write(mesh, names[label], options["out"])
        parts = {"march": march.seconds, "simplify": clock.seconds}
        return {"seconds": march.seconds + clock.seconds, "parts": parts, "voxels": volume.size, "triangles": triangles}

    return run


def write(mesh, id, out):
    folder = os.path.join(out, "mesh")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, f"{id}:0"), "w") as file:
        file.write('{"fragments": ["%d"]}' % id)
    with open(os.path.join(folder, str(id)), "wb") as file:
        file.write(np.uint32(len(mesh.vertices)).tobytes())
        file.write(mesh.vertices.astype("<f4").tobytes())
        file.write(mesh.faces.astype("<u4").tobytes())
