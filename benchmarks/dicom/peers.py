"""The peers, each in an environment of its own: ``python -m benchmarks.dicom.peers`` makes them.

``VITRAIL_PEERS`` names their folder (default ``build/peers``). CTP needs Java and is no Python package: it
is not run, its published figures are cited. deidcm brings gigabytes of deep learning for its pixels, and a
model that it downloads: its attributes alone are run, where its environment was made by hand.
"""

import os
import subprocess
import sys
from pathlib import Path

FOLDER = Path(os.environ.get("VITRAIL_PEERS", "build/peers"))
VERSIONS = {
    "dicom-anonymizer": "2.1.0",
    "dicognito": "0.19.0",
    "deid": "0.4.13",
    "dentdeid": "0.1.0",
}
BY_HAND = {"deidcm": "0.0.3"}
RUNNER = Path(__file__).with_name("peer_run.py")


def python(name: str) -> Path:
    """The interpreter of a peer's environment."""
    return FOLDER / name / "bin" / "python"


def there() -> list[str]:
    """Peers that can be run."""
    return [name for name in (*VERSIONS, *BY_HAND) if python(name).exists()]


def command(name: str, source: Path, target: Path) -> list[str]:
    """What runs a peer over a folder; ``pydicom`` is the copy by this environment's pydicom."""
    runner = sys.executable if name == "pydicom" else str(python(name))
    return [runner, str(RUNNER), name, str(source), str(target)]


def install() -> None:
    """Make the environments that are missing."""
    for name, version in VERSIONS.items():
        if not python(name).exists():
            subprocess.run([sys.executable, "-m", "venv", FOLDER / name], check=True)
            subprocess.run(
                [python(name), "-m", "pip", "install", "--quiet", f"{name}=={version}"], check=True
            )


if __name__ == "__main__":
    install()
    print("\n".join(there()))
