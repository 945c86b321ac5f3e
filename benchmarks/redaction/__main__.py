"""``python -m benchmarks.redaction [--write]``: recall by kind and precision, on the letters kept apart.

``--write`` keeps the figures where reports take them; the model must be installed.
"""

import sys
from pathlib import Path

from anonymize.text.entities import is_installed
from anonymize.text.redactor import Redactor
from benchmarks.redaction.kept_apart import TEMPLATES
from benchmarks.redaction.letters import Letter, Writer, letters
from benchmarks.redaction.measure import DIRECT, Score, measure
from benchmarks.redaction.noisy import NoisyWriter

COUNTS = {"rules": 600, "ner": 300}
SEED = 20
FILE = Path(__file__).parents[2] / "anonymize" / "text" / "data" / "measured.toml"


def asked(count: int) -> list[Letter]:
    """``count`` letters kept apart, every second one as a scanner or a hurried hand leaves it."""
    halves = [letters(TEMPLATES, count // 2, SEED, writer) for writer in (Writer, NoisyWriter)]
    return [letter for half in halves for letter in half]


def score(entities: str, count: int | None = None) -> Score:
    """The score of ``rules`` or ``ner``."""
    return measure(Redactor(model=entities == "ner"), asked(count or COUNTS[entities]))


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
