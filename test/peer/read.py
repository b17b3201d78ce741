"""Judges a dataset with tensorstore and cloud-volume, readers that are not ours.

Run: python read.py DATASET SOURCE.npy...
DATASET is a folder or an http URL; the sources are [z][y][x] arrays, stacked along z. Prints one JSON line
{ok, failures, figures}; exit 0 if all is well, 1 otherwise.
"""

import json
import sys
import tempfile

import numpy as np

import mesh
import mirror
import segments as counted
import table
import volume


class Report:
    """Collects what is wrong, at most a few of each kind, and the figures of what was looked at."""

    def __init__(self):
        self.failures = []
        self.figures = {}
        self.counts = {}

    def expect(self, right, check, message):
        if right:
            return True
        self.counts[check] = self.counts.get(check, 0) + 1
        if self.counts[check] <= 3:
            self.failures.append(f"{check}: {message}")
        return False


def read(dataset, sources, folder, report):
    labels = np.concatenate([np.load(s) for s in sources]).T
    copied = mirror.copy(dataset, folder)
    report.figures["objects"] = copied
    info = json.loads(mirror.text(folder, "info"))
    volume.check(info, labels, folder, mirror.cloud_path(dataset), report)
    ids, counts = np.unique(labels, return_counts=True)
    segments = {int(i): int(n) for i, n in zip(ids, counts) if i != 0}
    report.figures["segments"] = len(segments)
    meshes = None
    if "mesh" in info:
        meshes = mesh.check(info, labels, folder, mirror.cloud_path(dataset), report)
    if "segment_properties" in info:
        table.check_properties(info, segments, folder, report)
        counted.check(info, labels, meshes, folder, report)
    table.check_state(info, segments, folder, report)


def main(dataset, *sources):
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        try:
            read(dataset, sources, folder, report)
        except Exception as error:  # a reader that gives up is a verdict too
            report.expect(False, "reader", f"{type(error).__name__}: {error}")
    ok = not report.failures
    print(json.dumps({"ok": ok, "failures": report.failures, "figures": report.figures}))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
