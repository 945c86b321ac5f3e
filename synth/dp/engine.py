"""A person table with differential privacy: declared domains, noisy counts, rows drawn from them."""

import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from profiles.errors import Place, ProfileError, SourceError, UsageError, VitrailError
from profiles.model import Kind, Profile
from profiles.synth_privacy import Dp
from synth.dp.accounting import CITED, Budget, delta_of, rho_of
from synth.dp.domains import Declared, declared, published
from synth.dp.mechanisms import MECHANISMS, Measured, Table
from synth.dp.noise import Stream, noise_key
from synth.fitted.domains import Ints
from synth.fitted.entities import PEOPLE
from synth.fitted.holdout import Split
from synth.fitted.keys import How, KeyColumn, Keys
from synth.fitted.model import Model, TableShape
from synth.fitted.people import Drawn, PersonColumn
from synth.fitted.sampling import sample
from synth.fitted.trees import grow
from synth.hushed import hushed
from tables.candidate import PERSON, Staged, StagedTable

WIDTH = 12
"""Characters of invented keys: the width of the real ones is not looked at."""
EXACT = 1 - 1e-6
"""Share of δ that is counted with; the rest is more than what noise of 128 bits and sums may be off by."""


@dataclass(frozen=True)
class Asked:
    """What is to be made, and how."""

    dp: Dp
    persons: int
    seed: int
    floor: int
    secret: bytes


@dataclass(frozen=True)
class MadePrivately:
    """What was made."""

    tables: Mapping[str, StagedTable]
    provenance: Mapping[str, object]
    invented: frozenset[tuple[str, str]]


def split_steadily(staged: Staged, share: float, secret: bytes, floor: int) -> Split:
    """Persons kept apart, each by a draw of its own: one person more or less moves no other.

    Raises ProfileError ``synth-too-few-persons``.
    """
    (table,) = staged.tables.values()
    column = pc.unique(pq.read_table(table.path, columns=[PERSON]).column(PERSON)).drop_null()
    everyone = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    everyone = everyone.take(pc.sort_indices(everyone))
    key = noise_key(secret, b"holdout", staged.profile.id.encode())
    draws = (hmac.new(key, name.encode(), hashlib.sha256).digest()[:8] for name in everyone.to_pylist())
    apart = pa.array([int.from_bytes(draw, "big") < share * 2.0**64 for draw in draws], pa.bool_())
    fitted = everyone.filter(pc.invert(apart))
    if len(fitted) < floor:
        raise ProfileError("synth-too-few-persons", persons=len(fitted), floor=floor)
    return Split(fitted, everyone.filter(apart))


def make_privately(staged: Staged, fitted: pa.Array, asked: Asked, folder: Path) -> MadePrivately:
    """Count the persons ``fitted`` with noise and write ``asked.persons`` drawn from that in ``folder``.

    Raises UsageError ``synth-dp-extra`` without the package ``mbi``, SourceError ``synth-dp-one-row`` and
    ``synth-dp-failed``.
    """
    _check_extra()
    columns = declared(staged.profile, asked.dp)
    index = _indices(staged, fitted, columns)
    stream = Stream(_key(staged.profile, asked, columns, index))
    budget = Budget(rho_of(asked.dp.epsilon, asked.dp.delta * EXACT))
    drawn = _draw(
        Table(index, {name: one.domain.size for name, one in columns.items()}), asked, budget, stream
    )
    rng = np.random.default_rng(stream.seed())
    numbers = {
        name: one.domain.numbers(drawn[name], rng) if one.range else np.full(asked.persons, np.nan)
        for name, one in columns.items()
    }
    model = _model(staged.profile, columns, asked)
    told = _provenance(staged.profile, asked, budget)
    tables = sample(model, asked.persons, asked.seed, folder, people=Drawn(drawn, numbers), told=told)
    invented = frozenset((item.table, item.column) for item in model.keys.columns)
    return MadePrivately(tables, told, invented)


def _check_extra() -> None:
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    try:
        with hushed(0):
            import mbi  # noqa: F401, PLC0415 - an extra
    except ImportError:
        raise UsageError("synth-dp-extra") from None


def _indices(staged: Staged, fitted: pa.Array, columns: Mapping[str, Declared]) -> dict[str, Ints]:
    (table,) = staged.tables.values()
    data = pq.read_table(table.path)
    data = data.filter(pc.is_in(data.column(PERSON), value_set=fitted))
    if pc.count_distinct(data.column(PERSON)).as_py() != data.num_rows:
        raise SourceError("synth-dp-one-row", Place(table=table.name))
    names = {name: name.partition(f"{table.name}.")[2] for name in columns}
    return {name: one.index(data.column(names[name]).combine_chunks()) for name, one in columns.items()}


def _key(profile: Profile, asked: Asked, columns: Mapping[str, Declared], index: Mapping[str, Ints]) -> bytes:
    """The key of this run's noise: nobody has it who lacks the secret, and other data have another."""
    wanted = {
        "profile": profile.id,
        "seed": asked.seed,
        "dp": asked.dp.model_dump(mode="json", exclude={"why", "total_epsilon"}),
        "domains": {name: [one.kind.value, *one.domain.labels.tolist()] for name, one in columns.items()},
    }
    rows = np.column_stack([index[name] for name in columns]) if columns else np.zeros((0, 0), np.int64)
    rows = rows[np.lexsort(rows.T)] if columns else rows
    digest = hashlib.sha256(np.ascontiguousarray(rows).tobytes()).digest()
    return noise_key(asked.secret, json.dumps(wanted, sort_keys=True).encode(), digest)


def _draw(table: Table, asked: Asked, budget: Budget, stream: Stream) -> dict[str, Ints]:
    if not table.sizes:
        return {}
    try:
        with hushed(stream.seed()):
            held = Measured(table, budget, stream)
            MECHANISMS[asked.dp.mechanism.value](held)
            found = held.model.synthetic_data(asked.persons).to_dict()
    except (VitrailError, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - jax raises anything
        raise SourceError("synth-dp-failed") from None
    return {name: np.asarray(found[name]).astype(np.int64) for name in table.sizes}


def _model(profile: Profile, columns: Mapping[str, Declared], asked: Asked) -> Model:
    """What writes the rows: columns with declared domains, invented keys, nothing that was learnt."""
    table, _ = published(profile)
    spec = profile.tables[table]
    people = []
    for name, one in columns.items():
        every = np.arange(one.domain.size)
        tree = grow((), every, one.domain, 1, asked.seed)
        people.append(PersonColumn(name, one.domain, tree))
    return Model(
        profile=profile.id,
        seed=asked.seed,
        persons=0,
        floor=0,
        people=tuple(people),
        bounds={},
        years=tuple(name for name, one in columns.items() if one.kind is Kind.YEAR),
        counters=(),
        lookups={name: np.zeros(one.domain.size, np.int64) for name, one in columns.items()},
        events=(),
        tables=(
            TableShape(table, PEOPLE, tuple(spec.columns), tuple(c.type for c in spec.columns.values())),
        ),
        keys=_keys(profile),
        rows={PEOPLE: 1.0},
        lost=(),
    )


def _keys(profile: Profile) -> Keys:
    table, learnt = published(profile)
    spec = profile.tables[table]
    place = {name: str(at) for at, name in enumerate(spec.person)}
    return Keys(
        tuple(
            KeyColumn(
                table,
                name,
                How.PERSON if name in place else How.SERIAL,
                column.type,
                WIDTH,
                "",
                place.get(name, ""),
            )
            for name, column in spec.columns.items()
            if name not in learnt
        ),
        (),
    )


def _provenance(profile: Profile, asked: Asked, budget: Budget) -> dict[str, object]:
    """Nothing here is counted in the data but what was measured with noise."""
    return {
        "engine": "pathway",
        "profile": profile.id,
        "sample": {"persons": asked.persons, "seed": asked.seed},
        "model": "not saved: the noisy counts serve this run only",
        "lost": [],
        "privacy": privacy(asked.dp, budget),
    }


def privacy(dp: Dp, budget: Budget) -> dict[str, Any]:
    """ε, δ, and how they were spent."""
    return {
        "epsilon": dp.epsilon,
        "delta": dp.delta,
        "mechanism": dp.mechanism.value,
        "unit": "one person, one row, added or removed",
        "covers": "the synthetic table; not the figures of a report that compares it with real persons",
        "accounting": CITED,
        "rho": budget.rho,
        "rho_spent": budget.used,
        "delta_spent": delta_of(budget.used, dp.epsilon),
        "noise": "discrete Gaussian, by AES-256 under a key of the secret, of what is asked and of the data",
        "domains": "declared in the profile",
        "choices": sum(not one.columns for one in budget.spent),
        "measured": [
            {"columns": list(one.columns), "sigma": one.sigma, "rho": one.rho}
            for one in budget.spent
            if one.columns
        ],
    }
