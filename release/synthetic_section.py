"""How invented persons were made, as the pages to read show it."""

from collections.abc import Mapping
from typing import Any

from profiles.catalogue import Lang
from release.wording import floored, word
from risk.report.summary import number
from tables.candidate import Candidate


def synthetic_section(candidate: Candidate, lang: Lang) -> str:
    """Who learnt, from how many, how many were kept apart; empty when the persons are real."""
    told = candidate.synthetic
    if told is None:
        return ""
    if told.privacy:
        return _private(candidate, told.privacy, lang)
    parts = [
        word(
            "synthetic.learnt",
            lang,
            persons=number(candidate.persons, lang),
            engine=told.engine,
            seed=told.seed,
            fitted=floored(told.fitted, told.floor, lang),
            holdout=floored(told.holdout, told.floor, lang),
        ),
        word("synthetic.floor", lang, floor=told.floor),
        word("synthetic.keys", lang),
    ]
    return "\n\n".join(parts)


def _private(candidate: Candidate, privacy: Mapping[str, Any], lang: Lang) -> str:
    """ε and δ in place of counts: how many real persons there are is theirs to keep too."""
    facts = {name: f"{privacy[name]:g}" for name in ("epsilon", "delta")}
    persons = number(candidate.persons, lang)
    told = word(
        "synthetic.private", lang, persons=persons, mechanism=str(privacy["mechanism"]).upper(), **facts
    )
    return "\n\n".join([told, word("synthetic.uncovered", lang), word("synthetic.keys", lang)])
