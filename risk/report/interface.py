"""The shape of a report format."""

from abc import ABC, abstractmethod
from typing import ClassVar

from risk.assessment import Assessment
from risk.gate import Verdict


class ReportFormat(ABC):
    """A way to write an assessment and its verdict down; the same input gives the same bytes."""

    name: ClassVar[str]
    filename: ClassVar[str]
    """Name of the file in a release folder."""

    @abstractmethod
    def render(self, assessment: Assessment, verdict: Verdict) -> bytes:
        """The whole file."""
