"""tifffile with imagecodecs, one thread: slices one after another, opening the files included.

`imread` makes a new array of each slice, which is dropped; with `reuse` all go into one array, as ours do.
"""

import numpy as np
import tifffile

from volume import Clock, Digest, slices


def open_tiff(options):
    files = slices(options["folder"])
    first = tifffile.imread(files[0])
    buffer = np.empty(first.shape, first.dtype)

    def reuse(name):
        with tifffile.TiffFile(name) as file:
            return file.asarray(out=buffer, maxworkers=1)

    def fresh(name):
        return tifffile.imread(name, maxworkers=1)

    read = reuse if options.get("reuse") else fresh

    def run(check):
        clock, digest = Clock(), Digest()
        for z, name in enumerate(files):
            with clock:
                out = read(name)
            if check:
                digest.add(str(z), out.astype(out.dtype.newbyteorder("<")).tobytes())
        return {"seconds": clock.seconds, "voxels": len(files) * first.size, **digest.end()}

    return run
