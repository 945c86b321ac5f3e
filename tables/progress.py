"""How long work tells that it advances; the terminal is one possible observer."""

from typing import Protocol


class Progress(Protocol):
    """Told what starts, how far it is, and that it is done. One piece of work at a time."""

    def start(self, key: str, total: int | None, **facts: object) -> None:
        """Work begins: text ``progress.<key>`` of the catalogue, ``total`` units or unknown."""

    def advance(self, amount: int) -> None:
        """So many more units are done."""

    def done(self) -> None:
        """The work that was started is over."""


class Silent:
    """Tells nobody."""

    def start(self, key: str, total: int | None, **facts: object) -> None:
        """Nothing to show."""

    def advance(self, amount: int) -> None:
        """Nothing to show."""

    def done(self) -> None:
        """Nothing to show."""


SILENT: Progress = Silent()
"""The observer when none is given."""
