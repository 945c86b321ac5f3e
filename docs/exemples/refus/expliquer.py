"""Run every profile of these examples and keep, as text, what vitrail says of it in French and in English.

``python docs/exemples/refus/expliquer.py`` writes ``explications/<profile>.<language>.txt`` anew: the
attacks that refused, why, and what would mend it. The figures of the others are in the report.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

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


def explanation(profile: Path, lang: str, ledger: str) -> str:
    """What a steward reads after the tables of attacks."""
    command = [sys.executable, "-m", "cli", "assess", str(profile), "--lang", lang]
    environ = {**os.environ, "VITRAIL_LEDGER": ledger}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    if done.returncode != 1:
        raise SystemExit(f"{profile.name}: {done.returncode}\n{done.stdout}{done.stderr}")
    lines = done.stdout.splitlines() + done.stderr.splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("✗"))
    return "\n".join(lines[first:]).strip() + "\n"


def main() -> None:
    """Write all of them; the source must be there (``preparer.py`` of both examples)."""
    target = HERE / "explications"
    target.mkdir(exist_ok=True)
    for name, profile in PROFILES.items():
        for lang in ("fr", "en"):
            # A ledger of its own: how often others were tried before is no part of the explanation.
            with tempfile.TemporaryDirectory() as ledger:
                text = explanation(profile, lang, ledger)
            (target / f"{name}.{lang}.txt").write_text(text, encoding="utf-8")
            print(target / f"{name}.{lang}.txt")


if __name__ == "__main__":
    main()
