"""Runs a command and waits for every process that it leaves: ``python -m benchmarks.dicom.reaper COMMAND…``.

So that the CPU of workers that nobody waits for is counted too.
"""

import ctypes
import os
import subprocess
import sys

CHILD_SUBREAPER = 36


def main() -> None:
    """Adopt orphans (Linux), run, wait for all, exit with the command's code."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(CHILD_SUBREAPER, 1, 0, 0, 0)
    code = subprocess.run(sys.argv[1:], check=False).returncode
    while True:
        try:
            os.wait()
        except ChildProcessError:
            sys.exit(code)


if __name__ == "__main__":
    main()
