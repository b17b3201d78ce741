"""Writes a dataset with another tool, without meshes, so that `verify` can be tried on what is not ours.

Run: python write.py TOOL FOLDER SOURCE.npy   (TOOL: one of TOOLS; SOURCE [z][y][x])
"""

import pathlib
import sys

import cloudvolume
import numpy as np
import tensorstore as ts

RESOLUTION = [8, 8, 16]
OFFSET = [100, -200, 3]
CHUNK = [32, 32, 16]


def tensorstore(folder, labels):
    """Two scales, the second by tensorstore's mode; plain files."""
    fine = create(folder, labels.shape, RESOLUTION, OFFSET)
    fine[..., 0].write(labels).result()
    view = ts.downsample(fine[..., 0], [2, 2, 1], method="mode")
    coarse = create(folder, view.domain.shape, [16, 16, 16], list(view.domain.origin))
    coarse[..., 0].write(view.read().result()).result()


def create(folder, shape, resolution, offset):
    spec = {
        "driver": "neuroglancer_precomputed",
        "kvstore": f"file://{folder}/",
        "multiscale_metadata": {"type": "segmentation", "data_type": "uint64", "num_channels": 1},
        "scale_metadata": {
            "size": [int(n) for n in shape],
            "encoding": "compressed_segmentation",
            "compressed_segmentation_block_size": [8, 8, 8],
            "chunk_size": CHUNK,
            "resolution": resolution,
            "voxel_offset": [int(n) for n in offset],
        },
    }
    return ts.open(spec, create=True, open=True).result()


def cloud_volume(folder, labels, encoding="compressed_segmentation"):
    """One scale, gzipped as `X.gz`."""
    info = cloudvolume.CloudVolume.create_new_info(
        num_channels=1,
        layer_type="segmentation",
        data_type="uint64",
        encoding=encoding,
        resolution=RESOLUTION,
        voxel_offset=OFFSET,
        chunk_size=CHUNK,
        volume_size=list(labels.shape),
    )
    volume = cloudvolume.CloudVolume(f"precomputed://file://{folder}", info=info, progress=False)
    volume.commit_info()
    volume[:, :, :] = labels[..., np.newaxis]


def cloud_volume_raw(folder, labels):
    cloud_volume(folder, labels, "raw")


TOOLS = {f.__name__: f for f in (tensorstore, cloud_volume, cloud_volume_raw)}

if __name__ == "__main__":
    _, tool, where, source = sys.argv
    where = pathlib.Path(where).resolve()
    where.mkdir(parents=True)
    TOOLS[tool](where, np.asfortranarray(np.load(source).transpose(2, 1, 0).astype(np.uint64)))
