"""Arrow without pandas, where nothing needs pandas."""

import sys
from collections.abc import Sequence
from types import ModuleType

import pyarrow as pa


class _Absent:
    """Tells Python that there is no pandas."""

    @staticmethod
    def find_spec(
        name: str,
        path: Sequence[str] | None,  # noqa: ARG004 - the signature is Python's
        target: ModuleType | None = None,  # noqa: ARG004
    ) -> None:
        """Nothing for any other module, so that Python goes on to look for it."""
        if name == "pandas":
            raise ModuleNotFoundError(name=name)


def keep_pandas_out() -> None:
    """Let pyarrow go on without pandas, which it imports at its first array when it is installed.

    That import is 0.2 s of a short command. pyarrow asks once, and asks again when a function that
    converts to or from pandas is called, so that nothing is lost.
    """
    if "pandas" in sys.modules:
        return
    finder = _Absent()
    sys.meta_path.insert(0, finder)
    try:
        pa.scalar(0)
    finally:
        sys.meta_path.remove(finder)
