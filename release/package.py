"""The release folder before its verdict: data, dictionary, metadata, licences, pages to read."""

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from profiles.catalogue import Lang
from profiles.errors import UsageError
from profiles.loading import LoadedProfile
from release import datapackage, dictionary, readme
from release.csv_out import WrittenCsv, write_csv
from release.images_out import place_images
from release.json_text import ordered_json
from release.release_facts import ReleaseFacts, release_facts
from tables.candidate import Candidate, CandidateTable
from tables.images import FOLDER


def build(candidate: Candidate, loaded: LoadedProfile, folder: Path) -> None:
    """Write everything that does not depend on the verdict into ``folder``, made private if absent.

    ProfileError when ``export`` is absent; UsageError when a file is too large to be hosted or the
    disk refuses.
    """
    facts = release_facts(candidate, loaded)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        written = _write_data(facts, folder)
        if candidate.images is not None:
            place_images(candidate.images, folder / FOLDER)
        for name, text in documents(facts, written).items():
            (folder / name).write_bytes(text.encode("utf-8"))
    except OSError:
        raise UsageError("release-write-failed") from None


def documents(facts: ReleaseFacts, written: Mapping[str, WrittenCsv]) -> dict[str, str]:
    """Every file beside the data, by name."""
    pages = {readme.NAMES[lang]: readme.readme(facts, written, lang) for lang in Lang}
    return {
        datapackage.NAME: ordered_json(datapackage.datapackage(facts, written)),
        dictionary.CSV_NAME: dictionary.dictionary_csv(facts),
        dictionary.MARKDOWN_NAME: dictionary.dictionary_markdown(facts),
        **pages,
        **{licence.file_name: licence.notice() for licence in facts.licences},
    }


def _write_data(facts: ReleaseFacts, folder: Path) -> dict[str, WrittenCsv]:
    (folder / "data").mkdir()
    written = {}
    for name, found in facts.tables.items():
        table = found.table
        precise = [column for column, about in found.columns.items() if about.fractions]
        target = folder / facts.csv_path(name)
        written[name] = write_csv(table.path, table.columns, target, fractions=precise)
        if facts.export.parquet:
            _write_parquet(table, folder / facts.parquet_path(name))
    for name, totals in facts.candidate.aggregated.items():
        written[name] = write_csv(totals.path, totals.columns, folder / facts.csv_path(name))
    return written


def _write_parquet(table: CandidateTable, target: Path) -> None:
    """The published columns only, without any metadata of the private file."""
    names = [column.name for column in table.columns]
    with pq.ParquetFile(table.path) as source:
        schema = pa.schema([source.schema_arrow.field(name).with_metadata(None) for name in names])
        with pq.ParquetWriter(target, schema, compression="zstd") as writer:
            for batch in source.iter_batches(columns=names):
                writer.write_batch(batch.select(names).replace_schema_metadata(None).cast(schema))
