"""What the search for the best generalization chose, as the pages to read show it."""

from profiles.catalogue import Lang
from release.wording import cell, floored, word
from tables.searched import Searched, SearchedColumn


def search_section(searched: Searched | None, floor: int, lang: Lang) -> str:
    """Loss, level of each column and the next best choices; empty when nothing was searched.

    ``floor``: persons under which a count is not told.
    """
    if searched is None:
        return ""
    first = [
        word(
            f"search.{searched.method}",
            lang,
            loss=_percent(searched.loss, lang),
            classes=searched.classes,
        )
    ]
    if searched.proven:
        first.append(word("search.proven", lang))
    elif searched.bound is not None:
        first.append(word("search.bound", lang, bound=_percent(searched.bound, lang)))
    rows = [word("search.header", lang), "| --- | --- | ---: |"]
    rows += [_row(column, lang) for column in searched.columns]
    parts = [" ".join(first), "\n".join(rows)]
    if searched.options:
        options = [
            word(
                "search.option",
                lang,
                levels=", ".join(map(str, option.levels)),
                loss=_percent(option.loss, lang),
                left_out=floored(option.left_out, floor, lang),
            )
            for option in searched.options
        ]
        parts += [word("search.options", lang), "\n".join(options)]
    return "\n\n".join(parts)


def _row(column: SearchedColumn, lang: Lang) -> str:
    last = column.levels - 1
    if column.level is None:
        level = word("search.each", lang, last=last)
    else:
        level = word("search.level", lang, level=column.level, last=last)
    return f"| `{cell(column.column)}` | {level} | {_percent(column.loss, lang)} % |"


def _percent(share: float, lang: Lang) -> str:
    shown = f"{100 * share:.1f}"
    return shown.replace(".", ",") if lang is Lang.FR else shown
