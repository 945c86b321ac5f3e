"""Whether the description of a candidate tells all that its files hold: what it hid would not be attacked."""

import pyarrow as pa
import pyarrow.parquet as pq

from profiles.key_chain import is_dropped
from profiles.model import Profile
from tables.candidate import PERSON, CandidateTable


def is_described(profile: Profile, table: CandidateTable) -> bool:
    """Whether ``table`` has the columns that the profile publishes, in their roles, and its file no other."""
    columns = profile.tables[table.name].columns
    published = [
        (name, column.role) for name, column in columns.items() if not is_dropped(profile, table.name, name)
    ]
    return [(column.name, column.role) for column in table.columns] == published and _is_whole(table)


def _is_whole(table: CandidateTable) -> bool:
    try:
        with pq.ParquetFile(table.path) as file:
            names, rows = file.schema_arrow.names, file.metadata.num_rows
    except (OSError, pa.ArrowException):
        return False
    return rows == table.rows and sorted(names) == sorted([PERSON, *(one.name for one in table.columns)])
