"""Slices to compressed_segmentation chunks of full resolution on disk, a layer of chunks at a time."""

import os

import tensorstore
from cloudvolume import CloudVolume

from plan import scales
from volume import Clock, read_volume, scale


def open_cloudvolume(options):
    """gzipped chunks, one process."""

    def run(_):
        clock = Clock()
        with clock:
            write_cloudvolume(options["folder"], options["out"])
        return answer(clock, options)

    return run


def write_cloudvolume(folder, out):
    _, chunk, resolution, size, _ = scales(folder)[0]
    info = CloudVolume.create_new_info(
        num_channels=1,
        layer_type="segmentation",
        data_type="uint64",
        encoding="compressed_segmentation",
        resolution=resolution,
        voxel_offset=scale(folder)["voxel_offset"],
        volume_size=size,
        chunk_size=chunk,
        mesh="mesh",
        compressed_segmentation_block_size=(8, 8, 8),
    )
    place = "file://" + os.path.abspath(out)
    volume = CloudVolume(place, info=info, compress="gzip", progress=False, parallel=1, non_aligned_writes=False)
    volume.commit_info()
    for z in range(0, size[2], chunk[2]):
        slab = read_volume(folder, z, min(z + chunk[2], size[2])).T
        volume[:, :, z : z + slab.shape[2]] = slab[..., None]


def open_tensorstore(options):
    """Its driver writes chunks without gzip."""

    def run(_):
        clock = Clock()
        with clock:
            write_tensorstore(options["folder"], options["out"])
        return answer(clock, options)

    return run


def write_tensorstore(folder, out):
    _, chunk, _, size, _ = first = scales(folder)[0]
    store = tensorstore.open(spec(out, first), create=True, open=True).result()
    for z in range(0, size[2], chunk[2]):
        slab = read_volume(folder, z, min(z + chunk[2], size[2])).T
        store[:, :, z : z + slab.shape[2], 0] = slab


def spec(out, planned):
    _, chunk, resolution, size, key = planned
    return {
        "driver": "neuroglancer_precomputed",
        "kvstore": {"driver": "file", "path": os.path.abspath(out) + "/"},
        "multiscale_metadata": {"data_type": "uint64", "num_channels": 1, "type": "segmentation"},
        "scale_metadata": {
            "size": size,
            "resolution": resolution,
            "chunk_size": chunk,
            "voxel_offset": [0, 0, 0],
            "key": key,
            "encoding": "compressed_segmentation",
            "compressed_segmentation_block_size": [8, 8, 8],
        },
        "context": {"data_copy_concurrency": {"limit": 1}},
    }


def answer(clock, options):
    size = scale(options["folder"])["size"]
    return {"seconds": clock.seconds, "voxels": size[0] * size[1] * size[2]}
