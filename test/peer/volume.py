"""Checks the voxels of all scales."""

import pathlib

import cloudvolume
import numpy as np
import tensorstore as ts

import mirror


def check(info, labels, folder, cloud_path, report):
    """labels: the source, [x,y,z]."""
    finer = None
    for index, scale in enumerate(info["scales"]):
        name = f"scale {index} ({scale['key']})"
        whole = check_objects(scale, folder, name, report)
        data, origin = read_tensorstore(folder, index)
        check_place(scale, data, origin, name, report)
        if index == 0:
            check_source(data, labels, name, report)
        else:
            check_majority(finer, (data, origin, scale), name, report)
        # Only now: cloud-volume can end the process without a word on bytes that tensorstore refuses.
        if whole:
            volume = cloudvolume.CloudVolume(cloud_path, mip=index, progress=False, fill_missing=False)
            other = np.asarray(volume[:, :, :])[..., 0]
            same = other.dtype == data.dtype and np.array_equal(other, data)
            report.expect(same, "cloud-volume", f"{name} reads differently from tensorstore")
        report.figures[name] = {"size": list(data.shape), "origin": origin, "dtype": str(data.dtype)}
        finer = (data, origin, scale)


def check_objects(scale, folder, name, report):
    """Whether every chunk is there; others would be read as background without an error."""
    expected = set(mirror.chunk_names(scale))
    present = {f.name for f in pathlib.Path(folder, scale["key"]).glob("*") if f.is_file()}
    missing = sorted(expected - present)
    strange = sorted(present - expected)
    report.expect(not strange, "chunks", f"{name} has objects that are no chunk of it: {strange[:3]}")
    return report.expect(not missing, "chunks", f"{name} lacks {len(missing)} of {len(expected)}: {missing[:3]}")


def read_tensorstore(folder, index):
    spec = {"driver": "neuroglancer_precomputed", "kvstore": f"file://{folder}/", "scale_index": index}
    store = ts.open(spec, open=True, read=True).result()
    return store[..., 0].read().result(), list(store.domain.origin[:3])


def check_place(scale, data, origin, name, report):
    offset = scale.get("voxel_offset", [0, 0, 0])
    report.expect(list(data.shape) == scale["size"], "size", f"{name} is {data.shape}, info says {scale['size']}")
    report.expect(origin == offset, "offset", f"{name} starts at {origin}, info says {offset}")


def check_source(data, labels, name, report):
    if not report.expect(data.shape == labels.shape, "source", f"{name} is {data.shape}, source {labels.shape}"):
        return
    widest = np.iinfo(data.dtype).max
    report.expect(int(labels.max()) <= widest, "source", f"{name} is {data.dtype}, ids go to {labels.max()}")
    wrong = np.argwhere(data.astype(np.uint64) != labels.astype(np.uint64))
    report.expect(len(wrong) == 0, "source", f"{name}: {len(wrong)} voxels differ, first at {first(wrong)}")
    report.figures["voxels"] = int(labels.size)


def check_majority(finer, coarser, name, report):
    """The scale must be tensorstore's own mode of the previous one, cells on global multiples of the factor."""
    (data, origin, scale), (out, out_origin, out_scale) = finer, coarser
    ratio = [b / a for a, b in zip(scale["resolution"], out_scale["resolution"])]
    factor = [round(r) for r in ratio]
    exact = all(f in (1, 2) and abs(r - f) < 1e-9 for f, r in zip(factor, ratio))
    if not report.expect(exact, "resolution", f"{name} is {ratio} times as coarse"):
        return
    view = ts.downsample(ts.array(data).translate_to[tuple(origin)], factor, method="mode")
    place = [list(view.domain.origin), list(view.domain.shape)]
    given = [out_origin, list(out.shape)]
    if not report.expect(place == given, "majority", f"{name} is at {given}, mode is at {place}"):
        return
    wrong = np.argwhere(view.read().result() != out)
    report.expect(len(wrong) == 0, "majority", f"{name}: {len(wrong)} voxels differ, first at {first(wrong)}")


def first(places):
    return [int(i) for i in places[0]] if len(places) else None
