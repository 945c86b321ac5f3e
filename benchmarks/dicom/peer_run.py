"""One de-identifier over a folder, file by file, with its defaults; runs in that tool's own environment.

``python peer_run.py NAME SOURCE TARGET``: prints how many files came out and how many it refused.
Imports nothing of this project.
"""

import contextlib
import json
import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

Run = Callable[[Path, Path], None]


def pydicom_copy() -> Run:
    """Reading and writing unchanged: the floor of whatever goes through pydicom."""
    import pydicom

    def run(source: Path, target: Path) -> None:
        data = pydicom.dcmread(source, force=True)
        data.save_as(target)

    return run


def dicom_anonymizer() -> Run:
    """dicom-anonymizer with its defaults."""
    from dicomanonymizer.simpledicomanonymizer import anonymize_dicom_file

    return lambda source, target: anonymize_dicom_file(str(source), str(target))


def dicognito() -> Run:
    """dicognito with its defaults, one anonymizer for the whole folder."""
    import pydicom
    from dicognito.anonymizer import Anonymizer

    anonymizer = Anonymizer()

    def run(source: Path, target: Path) -> None:
        data = pydicom.dcmread(source, force=False)
        anonymizer.anonymize(data)
        data.save_as(target)

    return run


def deid() -> Run:
    """deid with its default recipe."""
    import logging

    from deid.dicom import get_identifiers, replace_identifiers
    from deid.logger import bot

    bot.level = 0
    logging.disable()

    def run(source: Path, target: Path) -> None:
        found = get_identifiers([str(source)])
        (made,) = replace_identifiers([str(source)], ids=found, save=False, overwrite=True)
        made.save_as(target)

    return run


def deidcm() -> Run:
    """deidcm's attributes (its pixels need a model that it downloads), as the table it publishes."""
    import shutil
    import tempfile

    from deidcm.config import Config
    from deidcm.dicom.deid_mammogram import deidentify_attributes

    Config()

    def run(source: Path, target: Path) -> None:
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(source, Path(folder) / "image.dcm")
            (out := Path(folder) / "out").mkdir()
            table = deidentify_attributes(folder, str(out), org_root="9.9.9.9.9", erase_outdir=False)
            table.to_json(target)

    return run


TOOLS: dict[str, Callable[[], Run]] = {
    "pydicom": pydicom_copy,
    "dicom-anonymizer": dicom_anonymizer,
    "dicognito": dicognito,
    "deid": deid,
    "deidcm": deidcm,
}


def dentdeid(source: Path, target: Path) -> dict[str, object]:
    """dentdeid takes folders; what it calls clean is its output."""
    command = [
        str(Path(sys.executable).parent / "dentdeid"),
        "run",
        str(source),
        "-o",
        str(target.parent / "dent"),
    ]
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    clean = target.parent / "dent" / "clean"
    if clean.is_dir():
        clean.rename(target)
    done = sum(1 for path in target.rglob("*") if path.is_file())
    return {"done": done, "refused": sum(1 for p in source.rglob("*") if p.is_file()) - done}


def main() -> None:
    """Run and count."""
    warnings.simplefilter("ignore")
    name, source, target = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    target.mkdir(parents=True, exist_ok=True)
    if name == "dentdeid":
        target.rmdir()
        print(json.dumps(dentdeid(source, target)))
        return
    tool, done, refused = TOOLS[name](), 0, 0
    with (
        Path(os.devnull).open("w") as quiet,
        contextlib.redirect_stdout(quiet),
        contextlib.redirect_stderr(quiet),
    ):
        for number, path in enumerate(sorted(p for p in source.rglob("*") if p.is_file())):
            made = target / f"{number:06d}.dcm"
            try:
                tool(path, made)
                done += 1
            except BaseException:  # noqa: BLE001 - whatever a tool dies of, it refused the file
                made.unlink(missing_ok=True)
                refused += 1
    print(json.dumps({"done": done, "refused": refused}))


if __name__ == "__main__":
    main()
