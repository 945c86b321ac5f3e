"""Rules on what is named elsewhere than in the tables: knowledge, secrets, thresholds, export."""

from collections.abc import Iterable, Iterator

from profiles.errors import Place, ProfileError
from profiles.key_chain import is_dropped
from profiles.model import Profile
from profiles.policy import is_known, loosened, looser, reasons_beside, unknown_policy
from profiles.policy_file import is_reason
from profiles.rules import Locate
from profiles.vocabulary import FREQUENCIES, LICENCES
from profiles.words import nearest
from profiles.yaml_text import Key, shown_key


def references_are_published(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """Knowledge, secrets and the l and t of classes name columns that are published, each once."""
    yield from listed(profile, profile.risk.knowledge, ("risk", "knowledge"), locate)
    yield from listed(profile, profile.risk.secrets, ("risk", "secrets"), locate)
    if profile.anonymity is not None:
        yield from _named(profile, profile.anonymity.l, ("anonymity", "l"), locate)
        yield from _named(profile, profile.anonymity.t, ("anonymity", "t"), locate)


def known_events_are_published(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """The events that an intruder knows are columns that are published, each once an event."""
    for rank, event in enumerate(profile.risk.trajectory.events):
        key = ("risk", "trajectory", "events", str(rank), "columns")
        yield from listed(profile, [f"{event.table}.{name}" for name in event.columns], key, locate)


def listed(profile: Profile, names: Iterable[str], key: Key, locate: Locate) -> Iterator[ProfileError]:
    """What is wrong with a list of references to published columns, each named once."""
    seen: set[str] = set()
    for index, name in enumerate(names):
        here = (*key, str(index))
        if name in seen:
            yield ProfileError("column-repeated", locate(here), name=name)
        else:
            yield from _reference(profile, name, here, locate)
        seen.add(name)


def _named(profile: Profile, names: Iterable[str], key: Key, locate: Locate) -> Iterator[ProfileError]:
    for name in names:
        yield from _reference(profile, name, (*key, name), locate)


def _reference(profile: Profile, name: str, key: Key, locate: Locate) -> Iterator[ProfileError]:
    unknown = unknown_reference(profile, name, locate(key))
    if unknown is not None:
        yield unknown
        return
    table, column = profile.split(name)
    if is_dropped(profile, table, column):
        yield ProfileError("reference-dropped", locate(key), name=name)


def unknown_reference(profile: Profile, name: str, place: Place) -> ProfileError | None:
    """The error for a reference that is no column of the data, with the one that may have been meant."""
    try:
        profile.split(name)
    except KeyError:
        return _unknown(place, name, _meant(profile, name))
    return None


def _unknown(place: Place, name: str, near: str) -> ProfileError:
    if near:
        return ProfileError("reference-unknown-near", place, name=shown_key(name), near=near)
    return ProfileError("reference-unknown", place, name=shown_key(name))


def _meant(profile: Profile, name: str) -> str:
    """What ``name`` may have meant: a column of that very name, or the nearest of the nearest table."""
    written, dot, _ = name.rpartition(".")
    if not dot:
        return next((f"{table}.{name}" for table, spec in profile.tables.items() if name in spec.columns), "")
    table = written if written in profile.tables else nearest(written, profile.tables)
    return nearest(name, [f"{table}.{column}" for column in profile.tables[table].columns]) if table else ""


def class_thresholds_ask_something(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """A t of 1 holds for any class: it would look like a protection."""
    if profile.anonymity is None:
        return
    for name, closeness in profile.anonymity.t.items():
        if not 0 < closeness < 1:
            yield ProfileError("share-outside", locate(("anonymity", "t", name)))


def policy_is_known(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """The policy is one of those shipped, or a file that was read."""
    if not is_known(profile):
        yield unknown_policy(profile.policy, locate(("policy",)))


def thresholds_have_a_reason(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """A threshold looser than the policy's is explained beside it."""
    if is_known(profile):
        for key in looser(profile):
            if not any(is_own_reason(locate, key, why) for why in reasons_beside(profile, key)):
                yield loosened(key, locate(key))
    events: Key = ("risk", "trajectory", "events")
    trajectory, why = profile.risk.trajectory, (*events[:-1], "why")
    # With a reason they take the place of every other quasi-identifier of events.
    replaced = bool(trajectory.events) and is_reason(trajectory.why)
    if replaced and not is_own_reason(locate, events, why):
        yield loosened(events, locate(events))


def is_own_reason(locate: Locate, number: Key, why: Key) -> bool:
    """Whether ``why`` can speak of ``number``: it stands in the same file, or in the profile itself.

    The reason of a base is for the numbers of the base, not for what a profile on top makes of them.
    """
    return locate(why).file in (locate(number).file, locate(()).file)


def export_words_are_known(profile: Profile, locate: Locate) -> Iterator[ProfileError]:
    """Licences and frequency are words that an open data portal knows."""
    if profile.export is None:
        return
    if not profile.export.licence:
        yield ProfileError("empty-list", locate(("export", "licence")))
    for index, licence in enumerate(profile.export.licence):
        yield from _word(licence.lower(), LICENCES, ("export", "licence", str(index)), locate)
    if profile.export.frequency is not None:
        yield from _word(profile.export.frequency, FREQUENCIES, ("export", "frequency"), locate)


def _word(word: str, valid: tuple[str, ...], key: Key, locate: Locate) -> Iterator[ProfileError]:
    if word in valid:
        return
    near = nearest(word, valid)
    if near:
        yield ProfileError("bad-word-near", locate(key), near=near, valid=", ".join(valid))
    else:
        yield ProfileError("bad-word", locate(key), valid=", ".join(valid))
