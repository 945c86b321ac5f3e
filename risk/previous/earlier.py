"""An earlier release of the same data, as it was published: what everybody may have kept."""

from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as arrow_csv


@dataclass(frozen=True)
class Earlier:
    """The folder of an earlier release, verified."""

    number: int
    """In the profile's list, from 1."""
    files: dict[str, tuple[Path, ...]] = field(default_factory=dict)
    """Name of a table in lower case -> its CSV files."""
    problem: str | None = None
    """Code of the reason why it cannot be used."""
    summed: bool = False
    """Whether it came with sums, which all hold."""
    nature: str | None = None
    """What its attestation says that its persons are, ``real`` or ``synthetic``; None when it does not."""

    def table(self, name: str) -> pa.Table | None:
        """A table as text, empty being missing; None when the folder has none of that name."""
        paths = self.files.get(name.lower())
        return None if paths is None else pa.concat_tables([_read(path) for path in paths])


def _read(path: Path) -> pa.Table:
    """Every column as text. OSError or ArrowInvalid, of which nothing must be shown."""
    with path.open("rb") as file:
        names = arrow_csv.open_csv(
            file, parse_options=arrow_csv.ParseOptions(newlines_in_values=True)
        ).schema.names
    return arrow_csv.read_csv(
        path,
        parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
            null_values=[""],
        ),
    )
