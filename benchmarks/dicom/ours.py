"""The tool on a folder of files: ``python -m benchmarks.dicom.ours WAY SOURCE TARGET [PROCESSES]``.

WAY: ``rewrite`` (the rewriting alone, in this process), ``batch`` (everything, verification included).
Prints what became of the files.
"""

import json
import sys
from collections import Counter
from pathlib import Path

from anonymize.dicom.plan import Plan, compile_plan
from profiles.dicom_model import Dicom

SECRET = bytes(range(32))
ASSUMED = ("US", "SC", "OT")


def profile(*, assume_clean: tuple[str, ...] = ASSUMED) -> Dicom:
    """What the bench's profile says of images."""
    return Dicom.model_validate(
        {"source": {"path": "images"}, "pixels": {"assume-clean": list(assume_clean)}}
    )


def rewrite_all(source: Path, target: Path, dicom: Dicom, plan: Plan) -> dict[str, object]:
    """Each file by ``rewrite``, into one folder."""
    from anonymize.derivation import Derivation
    from anonymize.dicom.pixels.policy import PixelPolicy
    from anonymize.dicom.quarantine import Quarantine
    from anonymize.dicom.rewriting import Rewriting
    from anonymize.dicom.values import Replacer

    replacer, policy = Replacer(Derivation(SECRET, "bench"), plan, "p"), PixelPolicy(dicom.pixels, ())
    rewriting = Rewriting(plan, replacer, policy)
    target.mkdir(parents=True, exist_ok=True)
    ways: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for number, path in enumerate(sorted(p for p in source.rglob("*") if p.is_file())):
        try:
            ways[rewriting.rewrite(path, target / f"{number:06d}.dcm").way] += 1
        except Quarantine as set_aside:
            reasons[f"{set_aside.reason} {set_aside.detail}"] += 1
    return {"done": sum(ways.values()), "ways": ways, "refused": sum(reasons.values()), "reasons": reasons}


def batch_all(source: Path, target: Path, dicom: Dicom, plan: Plan, processes: int) -> dict[str, object]:
    """The whole batch, with verification."""
    from anonymize.dicom.batch import run

    work = target.with_name(target.name + ".work")
    work.mkdir(parents=True, exist_ok=True)
    made = run(source, work, target, plan, SECRET, "bench", "p", dicom.pixels, processes)
    return {
        "done": made.done,
        "ways": dict(made.ways),
        "refused": sum(made.quarantined.values()),
        "reasons": {f"{reason} {detail}": count for (reason, detail), count in made.details.items()},
        "dangling": made.dangling,
    }


def main() -> None:
    """Run and print."""
    way, source, target = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    dicom = profile()
    plan = compile_plan(dicom)
    if way == "rewrite":
        print(json.dumps(rewrite_all(source, target, dicom, plan)))
    else:
        print(json.dumps(batch_all(source, target, dicom, plan, int(sys.argv[4]))))


if __name__ == "__main__":
    main()
