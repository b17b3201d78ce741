"""A plain copy of a dataset: tensorstore's file driver knows neither `X.gz` files nor Content-Encoding."""

import gzip
import json
import pathlib
import shutil

import requests


def copy(dataset, folder):
    """Copies every object without its gzip; returns how many there are."""
    return copy_url(dataset, folder) if is_url(dataset) else copy_folder(dataset, folder)


def text(folder, key):
    return pathlib.Path(folder, key).read_text("utf-8")


def cloud_path(dataset):
    """How cloud-volume names the dataset as it was written, gzip and all."""
    return f"precomputed://{dataset}" if is_url(dataset) else f"precomputed://file://{pathlib.Path(dataset).resolve()}"


def chunk_names(scale):
    """The chunk names of a scale, from the format: global voxels, the last chunk of an axis cut."""
    ranges = []
    for size, chunk, offset in zip(scale["size"], scale["chunk_sizes"][0], scale.get("voxel_offset", [0, 0, 0])):
        ranges.append([f"{offset + a}-{offset + min(a + chunk, size)}" for a in range(0, size, chunk)])
    return [f"{x}_{y}_{z}" for z in ranges[2] for y in ranges[1] for x in ranges[0]]


def is_url(dataset):
    return dataset.startswith(("http://", "https://"))


def copy_folder(dataset, folder):
    count = 0
    for file in pathlib.Path(dataset).rglob("*"):
        if not file.is_file():
            continue
        key = str(file.relative_to(dataset))
        target = pathlib.Path(folder, key.removesuffix(".gz"))
        if target.exists():
            raise FileExistsError(f"{key} is there with and without .gz")
        target.parent.mkdir(parents=True, exist_ok=True)
        if key.endswith(".gz"):
            target.write_bytes(gzip.decompress(file.read_bytes()))
        else:
            shutil.copyfile(file, target)
        count += 1
    return count


def copy_url(url, folder):
    """Asks for what `info` promises; what is not there is left out, for the checks to notice."""
    info = fetch(url, folder, "info")
    if info is None:
        raise FileNotFoundError(f"{url}/info")
    info = json.loads(info)
    keys = ["state.json"]
    for scale in info["scales"]:
        keys += [f"{scale['key']}/{name}" for name in chunk_names(scale)]
    ids = []
    if "segment_properties" in info:
        table = fetch(url, folder, f"{info['segment_properties']}/info")
        fetch(url, folder, info["segment_properties"].removesuffix("segment_properties") + "segments.csv")
        ids = json.loads(table)["inline"]["ids"] if table else []
    if "mesh" in info:
        keys.append(f"{info['mesh']}/info")
        for name in ids:
            manifest = fetch(url, folder, f"{info['mesh']}/{name}:0")
            keys += [f"{info['mesh']}/{part}" for part in json.loads(manifest)["fragments"]] if manifest else []
    return sum(fetch(url, folder, key) is not None for key in keys)


def fetch(url, folder, key):
    answer = requests.get(f"{url.rstrip('/')}/{key}", timeout=30)
    if answer.status_code in (403, 404):
        return None
    answer.raise_for_status()
    target = pathlib.Path(folder, key)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(answer.content)
    return answer.content
