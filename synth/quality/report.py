"""The quality report: JSON for machines, one HTML page in French then in English for readers."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from profiles.catalogue import Lang, text
from synth.quality.assess import Line, Quality, resemblance
from synth.quality.indicators import Indicator
from synth.quality.measures import Family
from synth.quality.use import Prediction

FORMAT = 1
"""Version of the file's form."""
NARROW = "\u202f"
OF = ("synthetic", "half", "shuffled")


@dataclass(frozen=True)
class Row:
    """One line of a table for readers: what it is about, then figures as text."""

    name: str
    figures: tuple[str, ...]
    why: str = ""


def document(quality: Quality) -> dict[str, Any]:
    """The report as plain JSON values; shares lie between 0 and 1, distances are 0 for the same."""
    return {
        "version": FORMAT,
        "profile": quality.profile,
        "floor": quality.floor,
        "seed": quality.seed,
        "persons": {"real": quality.persons[0], "synthetic": quality.persons[1]},
        "rows": {name: {"real": one, "synthetic": other} for name, (one, other) in quality.rows.items()},
        "resemblance": {
            family.value: {of: _rounded(resemblance(quality.lines, family, of)) for of in OF}
            for family in Family
            if any(line.family is family for line in quality.lines)
        },
        "sdmetrics": None if quality.sdmetrics is None else asdict(quality.sdmetrics),
        "held": {
            "codes_below_floor": dict(quality.rare),
            "keys_repeated": quality.keys[0],
            "keys_pointing_nowhere": quality.keys[1],
            "rules_broken": dict(quality.rules),
        },
        "predictions": [asdict(one) for one in quality.predictions],
        "indicators": [asdict(one) for one in quality.indicators],
        "measures": [asdict(line) | {"family": line.family.value} for line in quality.lines],
        "left_out": list(quality.left_out),
    }


def json_report(quality: Quality) -> bytes:
    """UTF-8 JSON with sorted keys."""
    told = json.dumps(document(quality), ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False)
    return (told + "\n").encode()


def html_report(quality: Quality) -> bytes:
    """UTF-8 HTML without script, image or address; every text is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - only here

    environment = Environment(
        loader=PackageLoader("synth.quality"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
    )
    pages = [_page(quality, lang) for lang in Lang]
    return environment.get_template("qualite.html.j2").render(profile=quality.profile, pages=pages).encode()


def heads(lang: Lang) -> list[str]:
    """Of the table of families: what, and the three columns."""
    return [text(f"quality.head.{name}", lang) for name in ("what", *OF)]


def summary(quality: Quality, lang: Lang) -> list[Row]:
    """One row a family, then SDMetrics: how much alike, in per cent."""
    found = [
        Row(
            text(f"quality.family.{family.value}", lang),
            tuple(percent(resemblance(quality.lines, family, of), lang) for of in OF),
            text(f"quality.why.{family.value}", lang),
        )
        for family in Family
        if any(line.family is family for line in quality.lines)
    ]
    if quality.sdmetrics is not None:
        scores = tuple(percent(getattr(quality.sdmetrics, of), lang) for of in OF)
        found.append(Row("SDMetrics QualityReport", scores, text("quality.why.sdmetrics", lang)))
    return found


def held(quality: Quality, lang: Lang) -> list[Row]:
    """What has to be none."""
    rare = sum(quality.rare.values())
    rows = [("rare", rare), ("repeated", quality.keys[0]), ("nowhere", quality.keys[1])]
    found = [
        Row(text(f"quality.held.{name}", lang, floor=quality.floor), (str(count),)) for name, count in rows
    ]
    broken = [
        Row(text("quality.held.rule", lang, rule=rule), (str(rows),)) for rule, rows in quality.rules.items()
    ]
    return found + broken


def predictions(quality: Quality, lang: Lang) -> list[Row]:
    """How well each answer is foretold: trained on real, synthetic, shuffled persons."""
    return [
        Row(
            text("quality.prediction", lang, what=_answer(one, lang), persons=one.tested),
            tuple(decimal(value, lang) for value in (one.synthetic, one.real, one.shuffled)),
        )
        for one in quality.predictions
    ]


def percent(share: float | None, lang: Lang) -> str:
    """A share with one decimal; a dash when there is none to tell."""
    if share is None:
        return "–"
    shown = f"{100 * share:.1f}"
    return shown.replace(".", ",") + NARROW + "%" if lang is Lang.FR else shown + "%"


def decimal(value: float | None, lang: Lang) -> str:
    """A number with three decimals."""
    if value is None:
        return "–"
    return f"{value:.3f}".replace(".", "," if lang is Lang.FR else ".")


def _answer(one: Prediction, lang: Lang) -> str:
    key = {">": "above", "*": "any"}.get(one.answer, "code")
    return text(f"quality.answer.{key}", lang, column=one.target, code=one.answer)


def _page(quality: Quality, lang: Lang) -> dict[str, Any]:
    real, synthetic = (
        f"{count:,}".replace(",", NARROW if lang is Lang.FR else ",") for count in quality.persons
    )
    return {
        "lang": lang.value,
        "title": text("quality.title", lang, profile=quality.profile),
        "headline": text("quality.headline", lang, real=real, synthetic=synthetic),
        "reading": text("quality.reading", lang),
        "heads": heads(lang),
        "summary": summary(quality, lang),
        "held_title": text("quality.held", lang),
        "held": held(quality, lang),
        "use_title": text("quality.use", lang),
        "use_why": text("quality.use.why", lang),
        "use_heads": [
            text(f"quality.head.{name}", lang) for name in ("answer", "synthetic", "real", "shuffled")
        ],
        "predictions": predictions(quality, lang),
        "indicators": [_indicator(one, lang) for one in quality.indicators],
        "details_title": text("quality.details", lang),
        "details": [_details(quality.lines, family, lang) for family in Family],
        "left_out_title": text("quality.left-out", lang),
        "left_out": list(quality.left_out),
        "facts": text("quality.facts", lang, floor=quality.floor, seed=quality.seed),
    }


def _indicator(one: Indicator, lang: Lang) -> dict[str, Any]:
    return {
        "title": text("quality.indicator", lang, name=one.name),
        "heads": [
            text(f"quality.head.{name}", lang) for name in ("age", "sex", "persons", "real", "synthetic")
        ],
        "rows": [
            (cell.age, cell.sex, str(cell.persons), percent(cell.real, lang), percent(cell.synthetic, lang))
            for cell in one.cells
        ],
        "all": (text("quality.everyone", lang), percent(one.real, lang), percent(one.synthetic, lang)),
        "why": text("quality.indicator.why", lang),
    }


def _details(lines: Sequence[Line], family: Family, lang: Lang) -> dict[str, Any]:
    return {
        "title": text(f"quality.family.{family.value}", lang),
        "rows": [
            Row(f"{line.name} ({line.how})", tuple(decimal(getattr(line, of), lang) for of in OF))
            for line in lines
            if line.family is family
        ],
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
