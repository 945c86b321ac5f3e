"""How a run ends: the errors that a user can act on, interruptions, and our own bugs."""

import json
import signal
import sys
from dataclasses import dataclass
from types import FrameType
from typing import NoReturn

from cli.settings import Settings, split_settings
from cli.streams import outlets, settle, shows_accents
from profiles.catalogue import error_text, place_text, text
from profiles.errors import ExitCode, VitrailError


def guarded(arguments: list[str]) -> int:
    """Run the command and give its exit code; every exception ends here."""
    settings, arguments = split_settings(arguments)
    stop = Stop()
    stop.listen()
    with outlets():
        try:
            from cli.app import run

            code = run(arguments, settings)
            if stop.asked and code != ExitCode.ACCEPTED:
                return interrupted(settings)
            if sys.stdout is not None:
                sys.stdout.flush()
        except BaseException as error:  # noqa: BLE001 - the last line of defence: no traceback, no data, exit 70
            settle()
            return interrupted(settings) if stop.asked else _failed(error, settings)
    return code


def _failed(error: BaseException, settings: Settings) -> int:
    if isinstance(error, VitrailError):
        return report(error, settings)
    if isinstance(error, KeyboardInterrupt):
        return interrupted(settings)
    return internal(error, settings)


class Stopped(BaseException):
    """A signal came. Not KeyboardInterrupt, which kills the process when an extension module saw it."""


@dataclass
class Stop:
    """Whether somebody asked the run to stop; libraries turn what the signal raises into errors of theirs."""

    asked: bool = False

    def listen(self) -> None:
        """React to Ctrl-C, to a polite end and to a terminal that closes, unless told to ignore them."""
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._ask)

    def _ask(self, _signal: int, _frame: FrameType | None) -> NoReturn:
        self.asked = True
        raise Stopped


def interrupted(settings: Settings) -> int:
    """The run was stopped from outside."""
    print(text("cli.interrupted", settings.lang), file=sys.stderr)
    if settings.json:
        print(json.dumps({"exit_code": int(ExitCode.INTERRUPTED)}))
    return ExitCode.INTERRUPTED


def report(error: VitrailError, settings: Settings) -> int:
    """Show what happened, where and what to do; all of them when there are several."""
    errors: tuple[VitrailError, ...] = getattr(error, "errors", ()) or (error,)
    if settings.json:
        print(
            json.dumps(
                {"exit_code": int(error.exit_code), "errors": [_document(e, settings) for e in errors]},
                ensure_ascii=not shows_accents(),
                indent=2,
            )
        )
    for each in errors[:20]:
        print(error_text(each, settings.lang), file=sys.stderr)
    if len(errors) > 20:
        print(text("cli.more-errors", settings.lang, count=len(errors) - 20), file=sys.stderr)
    return error.exit_code


def _document(error: VitrailError, settings: Settings) -> dict[str, object]:
    place = {name: value for name, value in vars(error.place).items() if value is not None}
    return {
        "code": error.code,
        "place": place,
        "where": place_text(error.place, settings.lang),
        "message": error_text(error, settings.lang),
    }


def internal(error: BaseException, settings: Settings) -> int:
    """Our own bug: where in our code, and no message of the exception since it may hold data."""
    if isinstance(error, OSError) and error.errno is not None:
        kind = f"{type(error).__name__} (errno {error.errno})"
    else:
        kind = type(error).__name__
    frames = []
    trace = error.__traceback__
    while trace is not None:
        frames.append(f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}")
        trace = trace.tb_next
    where = " > ".join(frames[-6:])
    print(text("cli.internal", settings.lang, kind=kind, where=where), file=sys.stderr)
    if settings.json:
        print(json.dumps({"exit_code": int(ExitCode.INTERNAL), "internal": {"kind": kind, "where": where}}))
    return ExitCode.INTERNAL
