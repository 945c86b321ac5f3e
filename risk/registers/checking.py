"""What is wrong with the registers of a profile: everything, and nothing is attacked."""

from collections.abc import Iterator
from pathlib import Path

from profiles.errors import VitrailError
from profiles.loading import LoadedProfile
from profiles.rules_register import qualified
from risk.registers.reading import match_column, register_texts, repeated_keys
from tables.problems import Problem, from_error
from tables.progress import SILENT, Progress


def register_problems(loaded: LoadedProfile, folder: Path, progress: Progress = SILENT) -> Iterator[Problem]:
    """Files, columns, values of each type, and keys that name several persons; ``folder`` is private."""
    if loaded.profile.risk.registers:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for index in range(len(loaded.profile.risk.registers)):
        yield from _of_one(loaded, index, folder / f"{index}.parquet", progress)


def _of_one(loaded: LoadedProfile, index: int, target: Path, progress: Progress) -> Iterator[Problem]:
    register = loaded.profile.risk.registers[index]
    try:
        texts = register_texts(loaded, index, target, progress)
    except VitrailError as error:
        yield from_error(error)
        return
    for written, rule in register.match.items():
        try:
            match_column(loaded, texts, qualified(loaded.profile, written), rule, ())
        except VitrailError as error:
            yield from_error(error)
    if repeated := repeated_keys(register, texts):
        columns = ", ".join(register.key)
        yield Problem("register-key-repeated", texts.place, facts={"columns": columns, "rows": repeated})
