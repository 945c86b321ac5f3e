"""Run every profile of these examples and keep, as text, what vitrail says of it in French and in English.

``python docs/exemples/refus/expliquer.py`` writes ``explications/<profile>.<language>.txt`` anew: the
attacks that refused, why, and what would mend it. The figures of the others are in the report.
"""

import os
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

from cli.runs import show_verdict, start
from cli.settings import Settings
from profiles.catalogue import Lang
from release.run import assess_candidate

HERE = Path(__file__).resolve().parent
NAFLD = HERE.parent / "nafld"
PROFILES = {
    "nafld-individualisation": NAFLD / "refus-individualisation.yaml",
    "nafld-correlation": NAFLD / "refus-correlation.yaml",
    "nafld-inference": NAFLD / "refus-inference.yaml",
    "snds-individualisation": HERE / "snds-individualisation.yaml",
    "snds-correlation": HERE / "snds-correlation.yaml",
    "snds-inference": HERE / "snds-inference.yaml",
}


def explanations(profile: Path) -> dict[str, str]:
    """What a steward reads after the tables of attacks, by language: attacked once, told twice."""
    assessment, verdict = assess_candidate(start(Settings(), profile))
    told = {}
    for lang in Lang:
        with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()):
            show_verdict(Settings(lang=lang), "assess", assessment, verdict)
        lines = out.getvalue().splitlines()
        first = next(number for number, line in enumerate(lines) if line.startswith("✗"))
        told[lang.value] = "\n".join(lines[first:]).strip() + "\n"
    return told


def main() -> None:
    """Write all of them; the source must be there (``preparer.py`` of both examples)."""
    target = HERE / "explications"
    target.mkdir(exist_ok=True)
    for name, profile in PROFILES.items():
        # A ledger of its own: how often others were tried before is no part of the explanation.
        with tempfile.TemporaryDirectory() as ledger:
            os.environ["VITRAIL_LEDGER"] = ledger
            told = explanations(profile)
        for lang, text in told.items():
            (target / f"{name}.{lang}.txt").write_text(text, encoding="utf-8")
            print(target / f"{name}.{lang}.txt", flush=True)


if __name__ == "__main__":
    main()
