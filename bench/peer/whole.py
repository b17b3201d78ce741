"""A stage of a peer's whole job: python whole.py PEER STAGE FOLDER OUT. Prints the seconds it took without the imports.

igneous   ingest, pyramid, meshes, merge    cloud-volume's writing, then igneous tasks; gzip; legacy meshes
guide     scales, ingest, pyramid, meshes   the guide's recipe: neuroglancer-scripts, and LocalVolume's meshes
"""

import json
import os
import sys
import time


def main():
    peer, stage, folder, out = sys.argv[1:]
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    if peer == "igneous":
        import igneous_job as job
    else:
        import guide_job as job
    since = time.perf_counter()
    job.STAGES[stage](folder, out)
    print(json.dumps({"seconds": time.perf_counter() - since}), file=answers, flush=True)


if __name__ == "__main__":
    main()
