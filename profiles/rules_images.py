"""Rules on the table of series, which vitrail adds to the tables of a profile that has images."""

from collections.abc import Iterator

from profiles.errors import ProfileError
from profiles.model import Kind, Profile
from profiles.rules import Locate
from profiles.words import nearest
from profiles.yaml_text import shown_key


def series_table_is_ours(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """No table of the profile's own takes its name, and none says that it is made of images."""
    ours = profile.dicom.table if profile.dicom is not None else None
    for name, table in profile.tables.items():
        if (table.source.format == "dicom") != (name == ours):
            code = "dicom-table-name" if name == ours else "dicom-format"
            yield ProfileError(code, locate(("tables", name)), table=name)


def images_share_a_person(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """The table whose key the images share has one text key, which is published under a pseudonym."""
    shared = profile.dicom.person.table if profile.dicom is not None else None
    if shared is None:
        return
    key = ("dicom", "person", "table")
    if shared not in profile.tables:
        near = nearest(shared, profile.tables)
        code = "reference-unknown-near" if near else "reference-unknown"
        yield ProfileError(code, locate(key), name=shown_key(shared), near=near)
        return
    table = profile.tables[shared]
    column = table.columns.get(table.primary_key[0]) if len(table.primary_key) == 1 else None
    if column is None:
        yield ProfileError("dicom-person-key", locate(key), table=shared)
    elif column.type is not Kind.TEXT:
        yield ProfileError("dicom-person-text", locate(key), table=shared, column=table.primary_key[0])


def images_move_as_the_tables(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """Dates of images and of tables move by the same offset, which depends on its greatest size."""
    if profile.dicom is None or profile.dicom.shift_days is None:
        return
    for table, spec in profile.tables.items():
        for name, column in spec.columns.items():
            shift = column.transform.shift
            if shift is not None and shift.days != profile.dicom.shift_days:
                yield ProfileError(
                    "dicom-shift-days",
                    locate(("dicom", "shift_days")),
                    table=table,
                    column=name,
                    days=shift.days,
                )
                return
