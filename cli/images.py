"""What commands say of images: how many, and what was set aside for which reason."""

from dataclasses import fields
from typing import Any

from cli.settings import Settings
from cli.terminal import say, table
from profiles.catalogue import text
from tables.images import Images


def images_json(images: Images | None) -> dict[str, Any] | None:
    """Counts and reasons; None without images."""
    if images is None:
        return None
    return {each.name: getattr(images, each.name) for each in fields(images) if each.name != "folder"}


def show_images(settings: Settings, images: Images | None) -> None:
    """One line for what is there, one for each reason of what is not."""
    if images is None:
        return
    say(settings, "cli.images.done", stderr=True, files=images.files, found=images.found)
    if images.set_aside:
        table(
            [text(f"cli.column.{name}", settings.lang) for name in ("set_aside", "files")],
            [
                (text(f"dicom.reason.{reason}", settings.lang), str(count))
                for reason, count in images.set_aside.items()
            ],
        )
        say(settings, "cli.images.set_aside", stderr=True)
    if images.left_out:
        say(settings, "cli.images.left_out", stderr=True, files=images.left_out)
    if images.faces:
        say(settings, "cli.images.faces", stderr=True, series=images.faces)
