"""``python -m benchmarks.redaction [--write]``: recall by kind and precision, on the letters held out.

``--write`` keeps the figures where reports take them; the model must be installed.
"""

import sys
from pathlib import Path

from anonymize.text.entities import is_installed
from anonymize.text.redactor import Redactor
from benchmarks.redaction.held_out import TEMPLATES
from benchmarks.redaction.letters import letters
from benchmarks.redaction.measure import DIRECT, Score, measure

COUNTS = {"rules": 600, "ner": 300}
SEED = 20
FILE = Path(__file__).parents[2] / "anonymize" / "text" / "data" / "measured.toml"


def score(entities: str) -> Score:
    """The score of ``rules`` or ``ner``."""
    return measure(Redactor(model=entities == "ner"), letters(TEMPLATES, COUNTS[entities], SEED))


def figures(entities: str, found: Score) -> str:
    """A section of the file of figures."""
    recall = "".join(f"{kind} = {found.recall(kind):.4f}\n" for kind in sorted(found.asked))
    return (
        f"[{entities}]\nletters = {COUNTS[entities]}\ndirect = {found.recall(*DIRECT):.4f}\n"
        f"others = {found.recall('name'):.4f}\nprecision = {found.precision:.4f}\n\n"
        f"[{entities}.recall]\n{recall}"
    )


def main() -> None:
    """Measure and print, or write."""
    ways = ["rules", "ner"] if is_installed() else ["rules"]
    text = "\n".join(figures(way, score(way)) for way in ways)
    if "--write" not in sys.argv:
        print(text)
    elif len(ways) == len(COUNTS):
        FILE.write_text("# Written by: python -m benchmarks.redaction --write\n" + text, encoding="utf-8")
    else:
        sys.exit("the model is not installed: pip install 'vitrail[text]'")


if __name__ == "__main__":
    main()
