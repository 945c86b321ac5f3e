"""Rewriting as a test needs it: one profile, one key, every file of a folder."""

from collections import Counter
from pathlib import Path

from anonymize.dicom.pixels.policy import PixelPolicy
from anonymize.dicom.plan import compile_plan
from anonymize.dicom.quarantine import Quarantine
from anonymize.dicom.rewriting import Rewritten, rewrite
from anonymize.dicom.values import Replacer
from anonymize.keys import Keys
from profiles.dicom_model import Dicom

SECRET = bytes(range(32))
CLEAN = ["US", "SC", "OT", "XC", "SM", "ES", "XA", "DX", "CR", "DOC"]


class Rewriter:
    """The tool on one file at a time."""

    def __init__(self, *, assume_clean=CLEAN, secret=SECRET, person_domain="patients.ID", **dicom):
        self.dicom = Dicom.model_validate(
            {"source": {"path": "images"}, "pixels": {"assume-clean": list(assume_clean)}, **dicom}
        )
        self.plan = compile_plan(self.dicom)
        self.replacer = Replacer(Keys(secret, "tests"), self.plan, person_domain)
        self.policy = PixelPolicy(self.dicom.pixels, ())

    def __call__(self, source: Path, target: Path) -> Rewritten:
        return rewrite(source, target, self.plan, self.replacer, self.policy)

    def folder(self, source: Path, target: Path) -> "Outcome":
        """Every file below ``source``; anything but a result or a quarantine is raised."""
        target.mkdir(parents=True, exist_ok=True)
        outcome = Outcome()
        for number, path in enumerate(sorted(p for p in source.rglob("*") if p.is_file())):
            name = str(path.relative_to(source))
            try:
                outcome.done[name] = self(path, target / f"{number:05d}.dcm")
                outcome.files[name] = target / f"{number:05d}.dcm"
            except Quarantine as set_aside:
                outcome.set_aside[name] = set_aside
                assert not (target / f"{number:05d}.dcm").exists(), name
        return outcome


class Outcome:
    """What became of each file."""

    def __init__(self):
        self.done: dict[str, Rewritten] = {}
        self.files: dict[str, Path] = {}
        self.set_aside: dict[str, Quarantine] = {}

    def reasons(self) -> Counter:
        return Counter(str(one.reason) for one in self.set_aside.values())
