"""``vitrail quality``: what synthetic tables are worth, beside the real ones."""

from collections.abc import Sequence
from pathlib import Path

from cli.making import start
from cli.settings import Settings
from cli.terminal import emit, say, table
from profiles.catalogue import text
from profiles.errors import ExitCode, UsageError
from release.quality import Asked, measure
from synth.quality.assess import Quality
from synth.quality.report import decimal, document, heads, held, percent, predictions, summary


def quality(
    settings: Settings,
    profile: Path,
    synthetic: Path | None,
    to: Path | None,
    *,
    indicators: Sequence[str],
    targets: Sequence[str],
) -> int:
    """Measure, show the figures, and write the report in ``to`` if it is given."""
    asked = Asked(synthetic, _named(indicators), targets)
    found = measure(start(settings, profile), asked, to)
    if settings.json:
        emit({"command": "quality", "exit_code": int(ExitCode.ACCEPTED), **document(found)})
        return ExitCode.ACCEPTED
    _show(settings, found)
    if to is not None:
        say(settings, "cli.quality.written", file=to)
    say(settings, "cli.quality.private", stderr=True)
    return ExitCode.ACCEPTED


def _named(indicators: Sequence[str]) -> dict[str, Path]:
    """``NAME=FILE``, or a file whose name says what it counts."""
    found = {}
    for given in indicators:
        name, equals, file = given.partition("=")
        if not name or (equals and not file):
            raise UsageError("quality-indicator-form")
        path = Path(file if equals else name)
        found[name if equals else path.stem] = path
    return found


def _show(settings: Settings, found: Quality) -> None:
    lang = settings.lang
    real, synthetic = found.persons
    print(text("quality.headline", lang, real=real, synthetic=synthetic))
    print(text("quality.reading", lang) + "\n")
    table(heads(lang), [(row.name, *row.figures) for row in summary(found, lang)])
    print()
    table([text("quality.held", lang), ""], [(row.name, *row.figures) for row in held(found, lang)])
    if found.predictions:
        print()
        names = ("answer", "synthetic", "real", "shuffled")
        told = [(row.name, *row.figures) for row in predictions(found, lang)]
        table([text(f"quality.head.{name}", lang) for name in names], told)
    for one in found.indicators:
        print()
        say(
            settings,
            "cli.quality.indicator",
            name=one.name,
            real=percent(one.real, lang),
            synthetic=percent(one.synthetic, lang),
            widest=decimal(None if one.widest is None else 100 * one.widest, lang),
        )
