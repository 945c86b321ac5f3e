"""The stages that make a candidate: everything a run needs before anything is attacked."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from anonymize.keys import Keys
from anonymize.manifest import save
from anonymize.pipeline import Anonymized
from release.context import Run, keys_of, refuse_synthesis
from release.engines import make
from release.publish_folder import ensure_target_free, publish_private
from tables.candidate import Staged
from tables.memory import use_frugal_pool
from tables.workdir import workdir

if TYPE_CHECKING:
    from release.images import MadeImages


@contextmanager
def images_of(run: Run, folder: Path) -> Iterator[tuple[Run, "MadeImages | None"]]:
    """The images of the profile, rewritten, and the run that reads the table that describes them."""
    if run.loaded.profile.dicom is None:
        yield run, None
        return
    from release.images import rewritten  # noqa: PLC0415 - for those who have images

    with rewritten(run, folder) as made:
        yield made


def prepare(
    run: Run, folder: Path, images: "MadeImages | None" = None
) -> tuple[Staged, Anonymized, Keys | None]:
    """Read the source, check it and make the candidate, all under ``folder``.

    Of synthetic persons, ``transformed`` holds the real ones learnt from, and ``holdout`` the others.
    """
    use_frugal_pool()
    if run.loaded.profile.synth is not None:
        from release.synthetic import make_synthetic_candidate  # noqa: PLC0415 - scikit-learn loads slowly

        made = make_synthetic_candidate(run, folder)
        return made.run.staged, made.anonymized, made.run.keys
    keys = keys_of(run)
    staged, anonymized = make(run.loaded, keys, folder, run.progress)
    if images is not None:
        from release.images import with_images  # noqa: PLC0415 - for those who have images

        anonymized = with_images(anonymized, images)
    return staged, anonymized, keys


def make_candidate(run: Run, to: Path) -> Anonymized:
    """Write the candidate, not attacked and private, into the new folder ``to``."""
    refuse_synthesis(run.loaded)
    to = to.absolute()
    ensure_target_free(to)
    with (
        workdir(run.loaded.folder, run.loaded.profile.id) as folder,
        images_of(run, folder) as (read, images),
    ):
        _, anonymized, _ = prepare(read, folder, images)
        save(anonymized, run.loaded)
        publish_private(folder / "candidate", to)
    return anonymized
