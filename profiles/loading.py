"""From a YAML file to a checked :class:`~profiles.model.Profile` that remembers where it came from."""

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from pydantic import ValidationError

from profiles.dicom_series import with_series
from profiles.errors import Place, ProfileError
from profiles.interpolation import Interpolation, secret_node
from profiles.merging import read_merged
from profiles.model import Profile
from profiles.paths import anchored, contained
from profiles.policy import own_policy, with_policy_k
from profiles.policy_file import is_file
from profiles.rules import columns_of
from profiles.semantics import find_mistakes
from profiles.synth_model import CORE, Synth, with_tables
from profiles.unavailable import without_unavailable
from profiles.validation import validation_errors
from profiles.yaml_text import Key, Mark, Node, shown_key


class ProfileErrors(ProfileError):  # noqa: N818 - several of them
    """Every mistake of a profile; shows itself as the first one."""

    def __init__(self, errors: list[ProfileError]) -> None:
        ordered = sorted(errors, key=lambda error: (error.place.file or "", error.place.line or 0))
        first = ordered[0]
        super().__init__(first.code, first.place, **first.facts)
        self.errors: tuple[ProfileError, ...] = tuple(ordered)
        """In the order of the lines; at least one."""


@dataclass(frozen=True)
class LoadedProfile:
    """A profile that holds together, and the places of its keys."""

    profile: Profile
    path: Path
    """Absolute path of the profile."""
    folder: Path
    """The folder that contains every path of the profile, links followed."""
    digest: str
    """SHA-256, in hexadecimal, of the profile's bytes and those of its bases."""
    marks: Mapping[Key, Mark] = field(repr=False)
    anchors: Mapping[Key, str] = field(repr=False)
    """Key of a scalar that starts with ``${VARIABLE}`` -> value of that variable."""
    made: Mapping[str, Path] = field(default_factory=dict)
    """Table that this run made itself -> its Parquet file in the private folder."""

    def place(self, key: Key) -> Place:
        """File and line of ``key``, e.g. ``("tables", "A", "primary_key", "0")``, else of its parent."""
        return place_of(self.marks, key)

    def resolve_source(self, table: str, part: str | None = None) -> Path:
        """Where the table, or one ``part`` of it, is read; the file may not exist.

        ``part`` is a path as the profile would write it. ProfileError when it leaves the folder, or
        when the address of a database is written in the profile itself.
        """
        source = self.profile.tables[table].source
        if source.database is not None:
            key: Key = ("tables", table, "source", "database")
            if self.anchors.get(key) != source.database.get_secret_value():
                raise ProfileError("database-literal", self.place(key))
            return self.folder
        if source.format == "dicom":
            return self.resolve(source.path or "", ("dicom", "source", "path"))
        return self.resolve(part or source.path or "", ("tables", table, "source", "path"))

    def resolve(self, text_path: str, key: Key) -> Path:
        """The path written at ``key``, contained in the profile's folder, links followed.

        An absolute path is allowed only when it starts with ``${VARIABLE}``; then the variable's
        folder contains it. Raises ProfileError otherwise. The file need not exist.
        """
        anchor = self.anchors.get(key)
        if anchor is not None and Path(anchor).is_absolute():
            return anchored(text_path, anchor, self.place(key))
        return contained(text_path, self.folder, self.folder, self.place(key))

    def resolve_export(self) -> Path:
        """The public folder of ``export.to``: never the profile's own folder nor one above it."""
        key = ("export", "to")
        if self.profile.export is None:
            raise ProfileError("no-export", self.place(()))
        target = self.resolve(self.profile.export.to, key)
        if self.folder.is_relative_to(target):
            raise ProfileError("export-own-folder", self.place(key))
        return target


def place_of(marks: Mapping[Key, Mark], key: Key) -> Place:
    """File and line of ``key`` or of its nearest parent that is written; the key is kept whole."""
    near = key
    while near and near not in marks:
        near = near[:-1]
    mark = marks.get(near)
    dotted = ".".join(shown_key(part) for part in key) or None
    return Place(mark.file, mark.line, dotted) if mark else Place(key=dotted)


def load_profile(path: Path, environ: Mapping[str, str] = os.environ) -> LoadedProfile:
    """Read, merge, interpolate and check the profile at ``path``.

    Raises ProfileErrors with every mistake found, or ProfileError when the text is not readable
    YAML. The secret is not read: see :func:`profiles.secrets.read_secret`.
    """
    absolute = Path.cwd() / path
    real = _real(absolute, str(path))
    merged = read_merged(real, real.parent, str(path))
    interpolation = Interpolation(environ, lambda key: place_of(merged.marks, key))
    data, errors = _plain_data(merged.data, merged.marks, interpolation)
    profile, more = _validate(with_tables(with_series(data)), merged.marks)
    # A variable that has no value is said once, not again as the empty text it left.
    told = {error.place for error in errors}
    errors += [error for error in more if error.place not in told]
    if profile is None or errors:
        raise ProfileErrors(errors)
    loaded = LoadedProfile(profile, absolute, real.parent, merged.digest, merged.marks, interpolation.anchors)
    loaded = _with_own_policy(loaded, str(path))
    if mistakes := [*find_mistakes(loaded.profile, loaded.place), *_path_mistakes(loaded)]:
        raise ProfileErrors(mistakes)
    return replace(loaded, profile=with_policy_k(loaded.profile))


def _with_own_policy(loaded: LoadedProfile, shown: str) -> LoadedProfile:
    """The same with the policy of its own file, when it names one; ProfileError when that is wrong."""
    named = loaded.profile.policy
    if not is_file(named):
        return loaded
    path = loaded.resolve(named, ("policy",))
    if not path.is_file():
        raise ProfileError("policy-missing", loaded.place(("policy",)))
    policy, content = own_policy(path, str(Path(shown).parent / named))
    digest = hashlib.sha256(bytes.fromhex(loaded.digest) + content).hexdigest()
    return replace(loaded, profile=loaded.profile.with_policy(policy), digest=digest)


def _real(path: Path, shown: str) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):
        raise ProfileError("profile-unreadable", Place(file=shown)) from None


def _plain_data(
    merged: Mapping[str, Node], marks: Mapping[Key, Mark], interpolation: Interpolation
) -> tuple[dict[str, Node], list[ProfileError]]:
    """The tree with variables replaced, the secret as a reference, and what is wrong with those."""
    data, errors = without_unavailable(merged, lambda key: place_of(marks, key))
    secret = data.pop("secret", None)
    plain = {name: interpolation.node(node, (name,)) for name, node in data.items()}
    if secret is not None:
        place = place_of(marks, ("secret",))
        try:
            fields = secret_node(secret, place)
        except ProfileError as error:
            errors.append(error)
        else:
            plain["secret"] = _secret_fields(fields, interpolation)
            used = interpolation.used.get(str(fields.get("variable")))
            if used is not None:
                errors.append(ProfileError("secret-used-elsewhere", place_of(marks, used)))
    return plain, errors + interpolation.errors


def _secret_fields(fields: dict[str, Node], interpolation: Interpolation) -> Node:
    if "file" in fields:
        return {"file": interpolation.node(fields["file"], ("secret", "file"))}
    return dict(fields)


def _validate(data: dict[str, Node], marks: Mapping[Key, Mark]) -> tuple[Profile | None, list[ProfileError]]:
    try:
        return Profile.model_validate(data), []
    except ValidationError as error:
        return None, validation_errors(error, data, lambda key: place_of(marks, key))


def _path_mistakes(loaded: LoadedProfile) -> list[ProfileError]:
    """Every path of the profile that leaves its folder."""
    checks: list[Callable[[], Path]] = []
    checks += [partial(loaded.resolve_source, table) for table in loaded.profile.tables]
    checks += [partial(loaded.resolve, text, key) for key, text in _other_paths(loaded.profile)]
    if loaded.profile.export is not None:
        checks.append(loaded.resolve_export)
    return [mistake for check in checks if (mistake := _mistake(check)) is not None]


def _other_paths(profile: Profile) -> Iterator[tuple[Key, str]]:
    if profile.secret is not None and profile.secret.file is not None:
        yield ("secret", "file"), profile.secret.file
    for key, _, _, column in columns_of(profile):
        step = column.transform.generalize
        if step is not None and step.hierarchy is not None:
            yield (*key, "transform", "generalize", "hierarchy"), step.hierarchy
        search = column.transform.search
        if search is not None and search.hierarchy is not None:
            yield (*key, "transform", "search", "hierarchy"), search.hierarchy
    for index, register in enumerate(profile.risk.registers):
        yield ("risk", "registers", str(index), *register.path_key), register.where.path
    for index, folder in enumerate(profile.risk.previous):
        yield ("risk", "previous", str(index)), folder
    if profile.synth is not None:
        yield from _synth_paths(profile.synth)


def _synth_paths(synth: Synth) -> Iterator[tuple[Key, str]]:
    if synth.catalogue != CORE:
        yield ("synth", "schema"), synth.catalogue
    for index, path in synth.scenario_files.items():
        yield ("synth", "scenarios", str(index)), path


def _mistake(check: Callable[[], Path]) -> ProfileError | None:
    try:
        check()
    except ProfileError as error:
        return error
    return None
