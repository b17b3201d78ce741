"""Writes good datasets with tensorstore and cloud-volume.

Run: python doctor.py FOLDER
Prints the names of the datasets, which are those of their folders, as JSON.
"""

import json
import pathlib
import sys

import cloudvolume
import numpy as np
import tensorstore as ts

SIZE = [70, 50, 40]
SHARDING = {
    "@type": "neuroglancer_uint64_sharded_v1",
    "preshift_bits": 1,
    "hash": "murmurhash3_x86_128",
    "minishard_bits": 2,
    "shard_bits": 2,
    "minishard_index_encoding": "gzip",
    "data_encoding": "gzip",
}


def labels(dtype):
    """[x,y,z]: a ball in a lot of background."""
    grid = np.indices(SIZE)
    inside = sum((g - c) ** 2 for g, c in zip(grid, (20, 20, 14))) <= 12**2
    return np.where(inside, np.iinfo(dtype).max - 5, 0).astype(dtype)


def with_tensorstore(folder, encoding, dtype, kind="segmentation", **scale):
    """Two scales; tensorstore leaves out chunks of background."""
    data = labels(dtype)
    for factor in (1, 2):
        metadata = {"type": kind, "data_type": dtype, "num_channels": 1}
        view = ts.downsample(ts.array(data), [factor] * 3, method="mode").read().result() if factor > 1 else data
        spec = {
            "driver": "neuroglancer_precomputed",
            "kvstore": f"file://{folder}/",
            "multiscale_metadata": metadata,
            "scale_metadata": {
                "encoding": encoding,
                "resolution": [10 * factor, 10 * factor, 20 * factor],
                "size": list(view.shape),
                "voxel_offset": [0, 0, 0],
                "chunk_size": [16, 16, 16],
                **scale,
            },
        }
        ts.open(spec, create=True, open=True).result()[..., 0].write(view).result()


def with_cloudvolume(folder, encoding, dtype, layer="segmentation", **more):
    info = cloudvolume.CloudVolume.create_new_info(
        num_channels=1,
        layer_type=layer,
        data_type=dtype,
        encoding=encoding,
        resolution=[10, 10, 20],
        voxel_offset=[100, -50, 7],
        volume_size=SIZE,
        chunk_size=[32, 32, 16],
    )
    volume = cloudvolume.CloudVolume(f"file://{folder}", info=info, progress=False, **more)
    volume.commit_info()
    volume[:, :, :] = labels(dtype)[..., np.newaxis]


CASES = {
    "tensorstore raw": lambda f: with_tensorstore(f, "raw", "uint16"),
    "tensorstore segmentation": lambda f: with_tensorstore(
        f, "compressed_segmentation", "uint64", compressed_segmentation_block_size=[8, 8, 8]
    ),
    "tensorstore segmentation, sharded": lambda f: with_tensorstore(
        f, "compressed_segmentation", "uint32", compressed_segmentation_block_size=[8, 8, 8], sharding=SHARDING
    ),
    "tensorstore raw, sharded": lambda f: with_tensorstore(f, "raw", "uint64", sharding=SHARDING),
    "tensorstore png": lambda f: with_tensorstore(f, "png", "uint8"),
    "tensorstore jpeg": lambda f: with_tensorstore(f, "jpeg", "uint8", kind="image"),
    "cloud-volume raw": lambda f: with_cloudvolume(f, "raw", "uint8", compress="gzip"),
    "cloud-volume segmentation": lambda f: with_cloudvolume(f, "compressed_segmentation", "uint64", compress="gzip"),
    "cloud-volume sparse": lambda f: with_cloudvolume(
        f, "compressed_segmentation", "uint32", delete_black_uploads=True, compress=""
    ),
    "cloud-volume jpeg": lambda f: with_cloudvolume(f, "jpeg", "uint8", layer="image", compress=""),
    "cloud-volume jxl": lambda f: with_cloudvolume(f, "jxl", "uint8", layer="image", compress=""),
}


def main(top):
    made = []
    for name, make in CASES.items():
        folder = pathlib.Path(top, name)
        make(folder)
        made.append(name)
    print(json.dumps(made))


if __name__ == "__main__":
    main(sys.argv[1])
