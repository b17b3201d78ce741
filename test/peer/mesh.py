"""Checks the meshes of all segments, parsed by cloud-volume; tells triangles and area (nm2) of each by id."""

import json
import pathlib

import cloudvolume
import numpy as np


def check(info, labels, folder, cloud_path, report):
    scale = info["scales"][0]
    ids, boxes = segment_boxes(labels)
    present = {f.name.removesuffix(":0") for f in pathlib.Path(folder, info["mesh"]).glob("*:0")}
    expected = {str(i) for i in ids}
    strange = sorted(present - expected)
    report.expect(not strange, "mesh", f"manifests of ids that are not in the volume: {strange[:3]}")
    source = cloudvolume.CloudVolume(cloud_path, progress=False).mesh
    measures = {}
    farthest = 0.0
    for segment, box in zip(ids, boxes):
        if not report.expect(str(segment) in present, "mesh", f"{segment} has no manifest"):
            continue
        fragments = json.loads(pathlib.Path(folder, info["mesh"], f"{segment}:0").read_text())["fragments"]
        missing = [f for f in fragments if not pathlib.Path(folder, info["mesh"], f).is_file()]
        if not report.expect(fragments and not missing, "mesh", f"{segment} lacks fragments {missing}"):
            continue
        mesh = source.get(segment, fuse=False)[segment]
        check_surface(segment, mesh, len(fragments), report)
        farthest = max(farthest, check_box(segment, mesh, box, scale, report))
        measures[segment] = (len(mesh.faces), area(mesh))
    triangles = sum(count for count, _ in measures.values())
    report.figures["mesh"] = {"meshes": len(ids), "triangles": triangles, "farthest_from_box": round(farthest, 3)}
    return {int(i): measures.get(i, (0, 0.0)) for i in ids}


def area(mesh):
    a, b, c = (np.asarray(mesh.vertices, np.float64)[np.asarray(mesh.faces)[:, i]] for i in range(3))
    return float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2)


def segment_boxes(labels):
    """All ids but 0, and of each the first and end voxel on every axis."""
    ids, dense = np.unique(labels, return_inverse=True)
    dense = dense.reshape(labels.shape)
    lo = np.full((len(ids), 3), np.iinfo(np.int64).max)
    hi = np.zeros((len(ids), 3), np.int64)
    for axis in range(3):
        for place in range(labels.shape[axis]):
            here = np.unique(np.take(dense, place, axis=axis))
            lo[here, axis] = np.minimum(lo[here, axis], place)
            hi[here, axis] = place + 1
    kept = [i for i, name in enumerate(ids) if name != 0]
    return [int(ids[i]) for i in kept], [(lo[i], hi[i]) for i in kept]


def check_surface(segment, mesh, fragments, report):
    vertices, faces = np.asarray(mesh.vertices, np.float64), np.asarray(mesh.faces, np.int64)
    if not report.expect(len(faces) > 0 and faces.max() < len(vertices), "mesh", f"{segment}: no surface"):
        return
    # Pieces of one segment meet at equal vertices; one piece alone is judged by its own indices.
    _, joined = np.unique(vertices, axis=0, return_inverse=True)
    closed, _ = edge_balance(joined.reshape(-1)[faces])
    report.expect(closed, "mesh", f"{segment}: not closed")
    if fragments == 1:
        closed, manifold = edge_balance(faces)
        report.expect(closed and manifold, "mesh", f"{segment}: an edge without its partner, or with several")
    a, b, c = (vertices[faces[:, i]] - vertices.mean(0) for i in range(3))
    volume = np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6
    report.expect(volume > 0, "mesh", f"{segment}: turned inside out (volume {volume:.0f} nm3)")


def edge_balance(faces):
    """Whether every directed edge has as many reverse ones, and whether none occurs twice."""
    start = faces.ravel()
    end = np.roll(faces, -1, axis=1).ravel()
    count = int(faces.max()) + 1
    forth, n = np.unique(start * count + end, return_counts=True)
    back, m = np.unique(end * count + start, return_counts=True)
    return np.array_equal(forth, back) and np.array_equal(n, m), bool((n == 1).all())


def check_box(segment, mesh, box, scale, report):
    """Farthest distance, in voxels, of the mesh's box from that of the segment's voxels."""
    offset = np.array(scale.get("voxel_offset", [0, 0, 0]))
    voxels = np.asarray(mesh.vertices, np.float64) / np.array(scale["resolution"], float) - offset
    off = max(np.abs(voxels.min(0) - box[0]).max(), np.abs(voxels.max(0) - box[1]).max())
    report.expect(off <= 1, "mesh", f"{segment}: its box is {off:.2f} voxels off that of its voxels")
    return float(off)
