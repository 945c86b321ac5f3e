"""Images of a candidate, placed in a package without a second copy of their bytes."""

import os
import shutil
from pathlib import Path

from tables.images import Images, image_files


def place_images(images: Images, target: Path) -> None:
    """Link every file of ``images`` below the new folder ``target``; copied where links can't be made.

    OSError when the disk refuses.
    """
    for path in image_files(images.folder):
        placed = target / path.relative_to(images.folder)
        placed.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            os.link(path, placed)
        except OSError:
            shutil.copyfile(path, placed)
