"""What a user sees first, fast."""

import resource
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.conftest import Ran

COMMANDS = ("demo", "check", "explain", "anonymize", "assess", "release", "verify", "schema", "key", "doctor")


def test_help_names_every_command(vitrail: Callable[..., Ran]) -> None:
    ran = vitrail("--help")

    assert ran.code == 0
    assert all(command in ran.out for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help_in_both_languages(command: str, vitrail: Callable[..., Ran]) -> None:
    french, english = vitrail(command, "--help"), vitrail(command, "--help", "--lang", "en")

    assert french.code == english.code == 0
    assert french.out != english.out


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys, cli\n"
        "sys.argv = ['vitrail', '--help']\n"
        "try:\n    cli.main()\nexcept SystemExit as end:\n    assert not end.code\n"
        "heavy = {'pandas', 'torch', 'pyarrow', 'duckdb', 'numpy', 'sdv', 'anonymeter', 'sklearn'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stderr.strip() == "[]"


def test_help_costs_under_half_a_cpu_second() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "cli", "--help"], stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)

    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.5
