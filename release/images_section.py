"""What a release says of its images: how many, what was done to them, what was set aside and why."""

from profiles.catalogue import Lang, text
from release.wording import floored, word
from risk.report.summary import number
from tables.images import FOLDER, Images


def images_section(images: Images | None, floor: int, lang: Lang) -> str:
    """Paragraphs for the page to read; empty when there are no images.

    ``floor``: under which a count of files is not told, since a file may be one person's.
    """
    if images is None:
        return ""
    parts = [word(f"images.{images.format}", lang, files=number(images.files, lang), folder=FOLDER)]
    if images.method:
        parts.append(word("images.method", lang, codes=", ".join(images.method)))
    if images.set_aside:
        reasons = [
            word(
                "images.reason",
                lang,
                reason=text(f"dicom.reason.{reason}", lang),
                files=floored(files, floor, lang),
            )
            for reason, files in sorted(images.set_aside.items())
        ]
        parts.append("\n".join([word("images.set_aside", lang), "", *reasons]))
    if images.left_out:
        parts.append(word("images.left_out", lang, files=floored(images.left_out, floor, lang)))
    if images.faces:
        parts.append(word("images.faces", lang, series=floored(images.faces, floor, lang)))
    return "\n\n".join(parts)
