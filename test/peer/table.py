"""Checks the segment table and the viewer's state."""

import json
import math

import mirror


def check_properties(info, segments, folder, report):
    table = json.loads(mirror.text(folder, f"{info['segment_properties']}/info"))
    kind = table.get("@type")
    report.expect(kind == "neuroglancer_segment_properties", "properties", f"@type is {kind}")
    ids = table["inline"]["ids"]
    report.expect(all(isinstance(i, str) for i in ids), "properties", "ids are not strings")
    wrong = {str(i) for i in ids} ^ {str(i) for i in segments}
    report.expect(not wrong and len(set(ids)) == len(ids), "properties", f"ids differ: {sorted(wrong)[:3]}")
    properties = {p["id"]: p for p in table["inline"]["properties"]}
    for name, entry in properties.items():
        report.expect(len(entry["values"]) == len(ids), "properties", f"{name} has {len(entry['values'])} values")
    if not report.expect("voxels" in properties, "properties", "there are no voxel counts"):
        return
    counts = dict(zip(ids, properties["voxels"]["values"]))
    for segment, count in segments.items():
        given = counts.get(str(segment))
        report.expect(given == count, "properties", f"{segment} has {count} voxels, not {given}")


def check_state(info, segments, folder, report):
    state = json.loads(mirror.text(folder, "state.json"))
    scale = info["scales"][0]
    metres = [state["dimensions"][axis] for axis in "xyz"]
    for (value, unit), nanometres in zip(metres, scale["resolution"]):
        right = unit == "m" and math.isclose(value * 1e9, nanometres, rel_tol=1e-12)
        report.expect(right, "state", f"a voxel of {value} {unit} is not {nanometres} nm")
    for place, size, offset in zip(state["position"], scale["size"], scale.get("voxel_offset", [0, 0, 0])):
        report.expect(offset <= place <= offset + size, "state", f"position {state['position']} is outside")
    layers = [layer for layer in state["layers"] if layer["type"] == "segmentation"]
    if not report.expect(len(layers) == 1, "state", f"{len(layers)} segmentation layers"):
        return
    chosen = layers[0]["segments"]
    report.expect(all(isinstance(i, str) for i in chosen), "state", "segments are not strings")
    known = {str(i) for i in segments}
    report.expect(set(chosen) <= known, "state", f"segments that are not there: {sorted(set(chosen) - known)[:3]}")
    if len(segments) <= 2000:
        report.expect(len(set(chosen)) == len(segments), "state", f"{len(chosen)} of {len(segments)} segments chosen")
