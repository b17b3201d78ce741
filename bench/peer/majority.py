"""One coarser scale by majority, whole arrays in memory. The result is kept until the clock has stopped."""

import fastremap
import numpy as np
import tensorstore
import tinybrain

from volume import Clock, Digest, boxes, read_volume


def open_tinybrain(options, factor):
    volume, ids = labels_of(options)

    def run(check):
        clock = Clock()
        with clock:
            out = tinybrain.downsample_segmentation(volume, factor=factor, num_mips=1)[0]
        return answer(clock, volume, digest_of(out, ids, options, factor) if check else {})

    return run


def open_tensorstore(options, factor):
    volume, ids = labels_of(options)
    context = tensorstore.Context({"data_copy_concurrency": {"limit": 1}})
    source = tensorstore.array(volume, context=context)

    def run(check):
        clock = Clock()
        with clock:
            out = tensorstore.downsample(source, list(factor), "mode").read(order="F").result()
        return answer(clock, volume, digest_of(out, ids, options, factor) if check else {})

    return run


def labels_of(options):
    """[x, y, z] with x fastest: uint64 ids, or with `dense` uint32 labels in the order of their ids, as ours has them."""
    volume = np.asfortranarray(read_volume(options["folder"]).T)
    if not options.get("dense"):
        return volume, None
    ids = fastremap.unique(volume)
    mapping = {int(id): label for label, id in enumerate(ids)}
    small = fastremap.remap(volume, mapping).astype(np.uint32, order="F")
    return small, ids


def digest_of(out, ids, options, factor):
    digest = Digest()
    for low, box in boxes(tuple(f * n for f, n in zip(factor, out.shape)), options["chunk"]):
        part = out[tuple(slice(s.start // f, -(-s.stop // f)) for s, f in zip(box, factor))]
        part = part if ids is None else ids[part]
        digest.add(" ".join(map(str, low)), part.tobytes(order="F"))
    return digest.end()


def answer(clock, volume, digest):
    return {"seconds": clock.seconds, "voxels": volume.size, **digest}
