"""SDV's single-table synthesizers: rows that resemble one table."""

from collections.abc import Mapping
from typing import Any

from synth.fitted.domains import Encoded
from synth.hushed import SEEDS
from synth.sdv_engine.columns import Back, back, opaque
from synth.sdv_engine.quiet import quiet

TABLE = "t"
SPEC = {"relationships": [], "METADATA_SPEC_VERSION": "V1"}


def draw_rows(
    columns: Mapping[str, Encoded],
    synthesizer: str,
    rows: int,
    *,
    seed: int,
    epochs: int | None = None,
    ranked: bool = False,
) -> Back:
    """Fit ``synthesizer`` (``gaussian-copula``, ``ctgan``, ``tvae``) on encoded columns and draw ``rows``.

    ``epochs``: of the neural ones; default: SDV's own. ``ranked``: see :func:`opaque`. The same arguments
    draw the same rows.
    Raises SourceError ``synth-sdv-failed``.
    """
    held = opaque(columns, seed, ranked=ranked)
    if not held.names:
        return back(held, {}, rows, seed)
    with quiet(seed, synthesizer, "fit"):
        import pandas as pd
        from sdv.metadata import Metadata

        metadata = Metadata.load_from_dict({"tables": {TABLE: {"columns": held.metadata}}, **SPEC})
        model = _new(synthesizer, metadata, epochs)
        model.fit({TABLE: pd.DataFrame(dict(held.values))})
    with quiet(seed, synthesizer, "sample"):
        # Without this SDV draws the same rows whatever the seed.
        model._set_random_state(seed % SEEDS)  # noqa: SLF001
        frame = model.sample(rows)[TABLE]
        found = {seen: frame[seen].to_numpy() for seen in held.names.values()}
    return back(held, found, rows, seed)


def _new(synthesizer: str, metadata: Any, epochs: int | None) -> Any:
    from sdv import single_table

    if synthesizer == "gaussian-copula":
        return single_table.GaussianCopulaSynthesizer(metadata)
    more = {} if epochs is None else {"epochs": epochs}
    kind = {"ctgan": single_table.CTGANSynthesizer, "tvae": single_table.TVAESynthesizer}[synthesizer]
    return kind(metadata, enable_gpu=False, **more)
