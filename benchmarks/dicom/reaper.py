"""Runs a command and waits for every process that it leaves: ``python -m benchmarks.dicom.reaper COMMAND…``.

The last line on the error output tells CPU seconds (those of workers that nobody waits for too), wall seconds
and the peak MiB of the largest process. It is a small process, since a child's peak holds its parent's memory.
"""

import ctypes
import os
import resource
import subprocess
import sys
import time
from contextlib import suppress

CHILD_SUBREAPER = 36


def main() -> None:
    """Adopt orphans (Linux), run, wait for all, exit with the command's code."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(CHILD_SUBREAPER, 1, 0, 0, 0)
    start = time.perf_counter()
    code = subprocess.run(sys.argv[1:], check=False).returncode
    wall = time.perf_counter() - start
    with suppress(ChildProcessError):
        while True:
            os.wait()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 2**10, file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main()
