"""What is known of one series of images once its files are done."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass
class Series:
    """What was found of one series, in whatever order its files came."""

    identifier: str
    """New SeriesInstanceUID."""
    study: str
    person: str
    """Source identifier of the person; private."""
    instances: int = 0
    frames: int = 0
    face: bool = False
    """Whether a face could be recognised in its images."""
    values: dict[str, set[str]] = field(default_factory=dict)
    """Keyword -> all values that its files have."""
    identifiers: dict[str, set[str]] = field(default_factory=dict)

    def add(self, output: Mapping[str, str], source: Mapping[str, str]) -> None:
        """Take the values of one more file."""
        for known, given in ((self.values, output), (self.identifiers, source)):
            for keyword, value in given.items():
                known.setdefault(keyword, set()).add(value)
