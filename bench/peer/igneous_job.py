"""igneous with cloud-volume, one process: its usual meshing (factor 100, at most 40 nm), pyramid by tinybrain's mode."""

import json
import os

import igneous.task_creation
from taskqueue import LocalTaskQueue

from ingest import write_cloudvolume
from plan import scales


def run(tasks):
    queue = LocalTaskQueue(parallel=1, progress=False)
    queue.insert_all(list(tasks))


def place(out):
    return "file://" + os.path.abspath(out)


def pyramid(folder, out):
    planned = scales(folder)
    i = 1
    while i < len(planned):
        j = i
        while j < len(planned) and planned[j][0] == planned[i][0]:
            j += 1
        run(
            igneous.task_creation.create_downsampling_tasks(
                place(out),
                mip=i - 1,
                num_mips=j - i,
                factor=tuple(planned[i][0]),
                compress="gzip",
                chunk_size=tuple(planned[i][1]),
            )
        )
        # One task can make several scales, but stops early on small volumes: it is asked again from the last one made.
        with open(os.path.join(out, "info")) as file:
            made = len(json.load(file)["scales"])
        if made <= i:
            break
        i = made


def meshes(_, out):
    run(igneous.task_creation.create_meshing_tasks(place(out), mip=0, simplification=True, mesh_dir="mesh"))


def merge(_, out):
    run(igneous.task_creation.create_mesh_manifest_tasks(place(out), magnitude=2, mesh_dir="mesh"))


STAGES = {"ingest": write_cloudvolume, "pyramid": pyramid, "meshes": meshes, "merge": merge}
