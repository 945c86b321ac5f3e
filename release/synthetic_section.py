"""How invented persons were made, as the pages to read show it."""

from profiles.catalogue import Lang
from release.wording import floored, word
from risk.report.summary import number
from tables.candidate import Candidate


def synthetic_section(candidate: Candidate, lang: Lang) -> str:
    """Who learnt, from how many, how many were kept apart; empty when the persons are real."""
    told = candidate.synthetic
    if told is None:
        return ""
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
    if told.privacy and "epsilon" in told.privacy:
        facts = {name: f"{told.privacy[name]:g}" for name in ("epsilon", "delta") if name in told.privacy}
        parts.append(word("synthetic.privacy", lang, **{"delta": "0", **facts}))
    return "\n\n".join(parts)
