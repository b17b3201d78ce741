"""compressed-segmentation (C++) and zlib on the chunks of full resolution; the chunks are cut before."""

import zlib

import compressed_segmentation
import numpy as np

from volume import Clock, Digest, boxes, read_volume


def open_encode(options):
    volume = read_volume(options["folder"]).T
    chunk = options["chunk"]

    def run(check):
        clock, digest, total = Clock(), Digest(), 0
        for low, box in boxes(volume.shape, chunk):
            cut = np.asfortranarray(volume[box])[..., None]
            with clock:
                data = compressed_segmentation.compress(cut, block_size=(8, 8, 8), order="F")
            total += len(data)
            if check:
                digest.add(" ".join(map(str, low)), data)
        return {"seconds": clock.seconds, "voxels": volume.size, "bytes": total, **digest.end()}

    return run


def open_gzip(options):
    volume = read_volume(options["folder"]).T
    chunks = [
        bytes(compressed_segmentation.compress(np.asfortranarray(volume[box])[..., None], block_size=(8, 8, 8), order="F"))
        for _, box in boxes(volume.shape, options["chunk"])
    ]
    voxels = volume.size
    del volume

    def run(_):
        clock, total = Clock(), 0
        for chunk in chunks:
            with clock:
                data = zlib.compress(chunk, 6)
            total += len(data)
        return {"seconds": clock.seconds, "voxels": voxels, "bytes": total}

    return run
