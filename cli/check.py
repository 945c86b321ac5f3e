"""``vitrail check``: the profile against the data, everything that is wrong at once."""

from pathlib import Path

from cli.settings import Settings
from cli.terminal import emit, say
from profiles.catalogue import error_text
from profiles.errors import ExitCode
from profiles.loading import load_profile
from release.checking import check as run_check
from tables.problems import Problem, Severity


def check(settings: Settings, profile: Path) -> int:
    """Show every problem; 0 when there is no error, else 2 (profile) or 4 (data)."""
    loaded = load_profile(profile)
    problems = run_check(loaded)
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    code = _exit_code(errors)
    if settings.json:
        emit(
            {
                "command": "check",
                "exit_code": int(code),
                "problems": [_document(each, settings) for each in problems],
            }
        )
        return code
    for problem in problems:
        mark = "✗" if problem.severity is Severity.ERROR else "!"
        print(f"{mark} {error_text(problem.as_error(), settings.lang)}")
    if problems:
        say(
            settings, "cli.check.found", stderr=True, errors=len(errors), warnings=len(problems) - len(errors)
        )
    else:
        key = "cli.check.clean" if loaded.profile.synth is None else "cli.check.clean-synth"
        say(settings, key, tables=len(loaded.profile.tables))
    return code


def _exit_code(errors: list[Problem]) -> ExitCode:
    if not errors:
        return ExitCode.ACCEPTED
    return ExitCode.PROFILE if all(error.in_profile for error in errors) else ExitCode.SOURCE


def _document(problem: Problem, settings: Settings) -> dict[str, object]:
    return {
        "code": problem.code,
        "severity": problem.severity.value,
        "place": {name: value for name, value in vars(problem.place).items() if value is not None},
        "message": error_text(problem.as_error(), settings.lang),
    }
