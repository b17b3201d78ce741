"""The process in which a stage of a peer runs: python host.py KERNEL OPTIONS.

It answers with a line of JSON, first when it is ready, then to every line `run` or `check`, as bench/host.ts does.
`seconds` hold what the stage does and nothing else: imports and the reading of what it works on are done before.
"""

import gc
import json
import os
import sys

import encode
import ingest
import majority
import mesh
import tiff

KERNELS = {
    "tiff": tiff.open_tiff,
    "encode": encode.open_encode,
    "gzip": encode.open_gzip,
    "tinybrain-221": lambda o: majority.open_tinybrain(o, (2, 2, 1)),
    "tinybrain-222": lambda o: majority.open_tinybrain(o, (2, 2, 2)),
    "tensorstore-221": lambda o: majority.open_tensorstore(o, (2, 2, 1)),
    "tensorstore-222": lambda o: majority.open_tensorstore(o, (2, 2, 2)),
    "zmesh": mesh.open_zmesh,
    "cloudvolume-ingest": ingest.open_cloudvolume,
    "tensorstore-ingest": ingest.open_tensorstore,
}


def main():
    # What libraries print must not come between the lines of the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def say(answer):
        print(json.dumps(answer), file=answers, flush=True)

    run = KERNELS[sys.argv[1]](json.loads(sys.argv[2]))
    say({})
    for line in sys.stdin:
        gc.collect()
        say(run(line.strip() == "check"))


if __name__ == "__main__":
    main()
