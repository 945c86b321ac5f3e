"""A refusal in plain words and as JSON: figures, columns and kinds of values, never a value."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from profiles.catalogue import Lang, text
from profiles.transforms import SuppressRare
from risk.assessment import rounded
from risk.mends.model import Cause, Change, Explained, Mend, Refusal, snippet
from risk.report.summary import number, percent

CAUSES = 4
"""Columns shown for one finding."""


def lines(refusal: Refusal, lang: Lang) -> list[str]:
    """What a steward reads: why, then what would mend it."""
    found = [text("refusal.title", lang)]
    told: tuple[Cause, ...] = ()
    for one in refusal.findings:
        # The same columns make all findings on classes: they are told once.
        found += ["", *_finding(replace(one, causes=()) if one.causes == told else one, lang)]
        told = one.causes or told
    found += ["", *_plans(refusal, lang)]
    return found


def _finding(one: Explained, lang: Lang) -> list[str]:
    found = [f"✗ {one.check}"]
    if one.knowledge:
        found.append("  " + text("refusal.knew", lang, columns=", ".join(one.knowledge)))
    if one.fell is not None:
        fell, persons = number(one.fell, lang), number(one.persons, lang)
        found.append("  " + text("refusal.fell", lang, fell=fell, persons=persons))
    if one.places:
        found.append("  " + text("refusal.places", lang, columns=", ".join(one.places)))
    shown = [each for each in one.causes if each.share > 0][:CAUSES]
    found += [f"  - {_cause(cause, lang)}" for cause in shown]
    if one.combined:
        found.append("  - " + text("refusal.combined", lang, persons=number(one.combined, lang)))
    if one.note is not None:
        return [*found, "  → " + text(f"refusal.note.{one.note}", lang)]
    found += [f"  → {_mend(mend, lang)}" for mend in one.mends]
    if not one.mends:
        found.append(
            "  → " + text("refusal.no-single" if one.governs is None else "refusal.no-redrawn", lang)
        )
    if one.governs is not None:
        found.append("  → " + text(f"refusal.governs.{one.governs}", lang))
    return found


def _cause(cause: Cause, lang: Lang) -> str:
    return text(
        "refusal.cause",
        lang,
        column=cause.column,
        share=percent(cause.share, lang),
        without=number(cause.without, lang),
        rare=number(cause.rare, lang),
        missing=number(cause.missing, lang),
    )


def _mend(mend: Mend, lang: Lang) -> str:
    """One line: what to do, the risk before and after, what it costs."""
    (effect, *_) = mend.effects
    return text(
        "mend.line",
        lang,
        what=" ; ".join(filter(None, (words(change, lang) for change in mend.changes))),
        before="–" if effect.before is None else percent(effect.before, lang),
        after=percent(effect.after or 0.0, lang),
        loss=_loss(mend.loss, lang),
    )


def words(change: Change, lang: Lang) -> str:
    """What a change does; empty for one that only follows from another."""
    if change.key[0] == "risk":
        return ""
    if change.key[0] == "synth":
        shown = percent(float(change.value), lang) if change.key[1] == "holdout" else str(change.value)
        return text(f"mend.synth.{change.key[1]}", lang, value=shown)
    if change.key[0] == "tables" and change.column is None:
        return text("mend.order", lang, table=change.key[1])
    if change.column is None:
        return text("mend.suppression", lang, share=percent(float(change.value), lang))
    step = change.value.get(change.what) or {}
    facts = {
        "column": change.column,
        "width": _number(step.get("width"), lang),
        "prefix": str(step.get("prefix", "")),
        "level": str(step.get("level", "")),
        "persons": str(step.get("persons", SuppressRare().persons)),
        "share": percent(float(step.get("top_share", 0)), lang),
    }
    return text(f"mend.{_sentence(change.what, step)}", lang, **facts)


def _sentence(what: str, step: Mapping[str, Any]) -> str:
    """The end of the catalogue key of a step."""
    if what == "bin" and "width" not in step:
        return "bin.edges"
    if what == "generalize":
        return "prefix" if "prefix" in step else "hierarchy"
    if what == "truncate":
        return f"truncate.{step['to']}"
    return what or "other"


def _plans(refusal: Refusal, lang: Lang) -> list[str]:
    if all(one.note is not None for one in refusal.findings):
        return []
    found: list[str] = []
    redrawn = any(one.governs is not None for one in refusal.findings)
    for mend in refusal.plans:
        key = "refusal.plan" if mend.whole else "refusal.plan.part"
        key = "refusal.plan.redrawn" if redrawn else key
        left = number(mend.left_out, lang)
        found += [text(key, lang, loss=_loss(mend.loss, lang), left_out=left), ""]
        found += [f"    {line}" for line in snippet(mend.changes).splitlines()]
        found.append("")
    if refusal.plans:
        found.append(text("refusal.paste", lang))
    else:
        key = "refusal.no-plan.redrawn" if redrawn else "refusal.no-plan"
        found.append(text(key, lang, trials=refusal.trials))
    if refusal.cut:
        seconds = _number(refusal.seconds, lang)
        found.append(text("refusal.cut", lang, trials=refusal.trials, seconds=seconds))
    return found


def document(refusal: Refusal) -> dict[str, Any]:
    """The same as plain JSON values, with a sentence in each language for each mend."""
    return {
        "findings": [
            asdict(one) | {"mends": [_mend_document(mend) for mend in one.mends]} for one in refusal.findings
        ],
        "plans": [_mend_document(mend) for mend in refusal.plans],
        "trials": refusal.trials,
        "cut": refusal.cut,
        "seconds": refusal.seconds,
        "places": dict(refusal.places),
    }


def refusal_json(refusal: Refusal) -> str:
    """:func:`document` as a file; floats have six decimals."""
    return json.dumps(rounded(document(refusal)), ensure_ascii=False, sort_keys=True, indent=2) + "\n"


def _mend_document(mend: Mend) -> dict[str, Any]:
    said = {lang.value: [line for one in mend.changes if (line := words(one, lang))] for lang in Lang}
    changes = [{"key": ".".join(one.key), "value": one.value} for one in mend.changes]
    return asdict(mend) | {"changes": changes, "snippet": snippet(mend.changes), "text": said}


def _loss(loss: float, lang: Lang) -> str:
    shown = f"{round(loss, 3) + 0.0:+.3f}"  # + 0.0: no minus before nothing
    return shown.replace(".", ",") if lang is Lang.FR else shown


def _number(value: float | None, lang: Lang) -> str:
    shown = "" if value is None else f"{value:g}"
    return shown.replace(".", ",") if lang is Lang.FR else shown
