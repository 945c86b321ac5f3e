"""Paths written in a profile stay inside a folder: no ``..``, no absolute path, no link out."""

from pathlib import Path, PureWindowsPath

from profiles.errors import Place, ProfileError


def contained(text: str, start: Path, root: Path, place: Place) -> Path:
    """``text`` relative to ``start``, with links followed, inside of ``root``; else ProfileError.

    The file need not exist. Both styles of path are judged on every system, so that a profile
    refused on Windows is refused on Linux too.
    """
    if not text or not text.isprintable():
        raise ProfileError("path-invalid", place)
    windows = PureWindowsPath(text)
    if windows.drive or windows.root:
        raise ProfileError("path-absolute", place)
    if ".." in windows.parts:
        raise ProfileError("path-parent", place)
    return _inside(start / text, root, place)


def anchored(text: str, anchor: str, place: Place) -> Path:
    """An absolute path that starts with the folder ``anchor``, an environment variable's value."""
    if not text.isprintable():
        raise ProfileError("path-invalid", place)
    if ".." in PureWindowsPath(text[len(anchor) :]).parts:
        raise ProfileError("path-parent", place)
    return _inside(Path(text), Path(anchor), place)


def _inside(path: Path, root: Path, place: Place) -> Path:
    try:
        resolved, base = path.resolve(), root.resolve()
    except (OSError, RuntimeError, ValueError):
        raise ProfileError("path-invalid", place) from None
    if not resolved.is_relative_to(base):
        raise ProfileError("path-outside", place)
    return resolved
