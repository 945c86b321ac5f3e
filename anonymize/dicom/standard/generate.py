"""Write the tables of facts from their sources.

    python -m anonymize.dicom.standard.generate --confidentiality FOLDER --objects FOLDER

``--confidentiality``: the folder of ``ps315_e1_1.csv`` (Table E.1-1 of PS3.15, edition 2026d, as data).
``--objects``: the folder of ``sop_class_iod_map.json``, ``iod_module_map.json`` and
``module_attribute_map.json`` (PS3.3 as data, in the MIT-licensed wheel highdicom 0.28.2).
Names and VRs are those of the installed pydicom, with the rows of Table E.1-1 that it lacks.
"""

import argparse
import csv
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydicom._dicom_dict import DicomDictionary, RepeatersDictionary

from profiles.dicom_names import DATA as NAMES

HERE = Path(__file__).parent / "data"
STRENGTH = ("1", "1C", "2", "2C", "3")
VRS = {
    "0040B034": "DT", "0040E012": "UR", "3004007F": "LO", "0040A034": "DT", "0040A035": "DT",
    "00102162": "UC", "00100044": "SQ", "00100045": "UT", "00100041": "SQ", "00081304": "SQ",
    "0040B03F": "LO", "0040B03B": "LO", "00100012": "LT", "00100013": "UT", "00100011": "SQ",
    "00081302": "SQ", "00081301": "SQ", "00100015": "SQ", "00100016": "UT", "00081303": "SQ",
    "0040B036": "DT", "00100046": "SQ", "00100042": "UT", "00100047": "UR", "00100043": "SQ",
    "00100014": "SQ",
}  # fmt: skip
"""VRs of the rows of Table E.1-1 that pydicom 3.0.2 does not know."""
OPTIONS = {
    "rtn_safe_priv": "safe-private",
    "rtn_uids": "uids",
    "rtn_dev_id": "device-identity",
    "rtn_inst_id": "institution-identity",
    "rtn_pat_chars": "patient-characteristics",
    "rtn_long_full": "longitudinal-full-dates",
    "rtn_long_modif": "longitudinal-modified-dates",
    "clean_desc": "descriptors",
    "clean_struct": "structured-content",
    "clean_graph": "graphics",
}

Tree = dict[str, tuple[str, "Tree"]]


def keyword(name: str) -> str:
    """The keyword of an attribute's name, by the rule of PS3.6: words joined, each with a capital."""
    words = re.sub(r"[^A-Za-z0-9 ]", "", name).split()
    return "".join(word[0].upper() + word[1:] for word in words)


def confidentiality(rows: Iterable[Mapping[str, str]]) -> list[str]:
    """One line a row of Table E.1-1: tag, basic code, and the code of each option that has one."""
    lines = []
    for row in rows:
        options = [f"{short}={row[name]}" for name, short in OPTIONS.items() if row[name]]
        lines.append(" ".join([row["tag"].replace("X", "x"), row["basic"], *options]))
    return sorted(lines)


def names(rows: Iterable[Mapping[str, str]]) -> list[str]:
    """One line an attribute: tag, VR, keyword, and ``-`` when it is retired."""
    known = {f"{tag:08X}": entry for tag, entry in DicomDictionary.items()} | RepeatersDictionary
    lines = {
        tag: f"{tag} {entry[0].split()[0]} {entry[4]}{' -' if entry[3] else ''}"
        for tag, entry in known.items()
        if entry[4] and entry[0] != "NONE"
    }
    for row in rows:
        if row["tag"] in VRS and row["tag"] not in lines:
            retired = " -" if row["retired"] == "Y" else ""
            lines[row["tag"]] = f"{row['tag']} {VRS[row['tag']]} {keyword(row['name'])}{retired}"
    return sorted(lines.values())


class Nodes:
    """Attributes of a data set or of the items of a sequence, each kind written once."""

    def __init__(self, tags: Mapping[str, str]) -> None:
        self._tags = tags
        self._numbers: dict[str, int] = {}

    def number(self, tree: Tree) -> int:
        """The line of ``tree``, from 1."""
        parts = []
        for name, (kind, items) in sorted(tree.items(), key=lambda pair: self._tags[pair[0]]):
            child = f">{self.number(items)}" if items else ""
            parts.append(f"{self._tags[name]}:{kind}{child}")
        return self._numbers.setdefault(" ".join(parts), len(self._numbers) + 1)

    def lines(self) -> list[str]:
        """All of them, in order of their numbers."""
        return list(self._numbers)


def tree(attributes: Iterable[Mapping[str, Any]]) -> Tree:
    """The attributes of a module, nested; the strongest type where one is named twice."""
    root: Tree = {}
    for attribute in attributes:
        here = root
        for name in attribute["path"]:
            here = here.setdefault(name, ("3", {}))[1]
        kind = attribute["type"] if attribute["type"] in STRENGTH else "3"
        before, items = here.get(attribute["keyword"], ("3", {}))
        here[attribute["keyword"]] = (min(before, kind), items)
    return root


def objects(folder: Path, tags: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Lines of SOP classes (UID, object, its nodes) and lines of nodes."""
    classes, modules, attributes = (
        json.loads((folder / f"{name}.json").read_text("utf-8"))
        for name in ("sop_class_iod_map", "iod_module_map", "module_attribute_map")
    )
    nodes = Nodes(tags)
    lines = []
    for uid, name in sorted(classes.items()):
        keys = [module["key"] for module in modules[name] if module["key"] in attributes]
        numbers = dict.fromkeys(nodes.number(tree(attributes[key])) for key in keys)
        lines.append(" ".join([uid, name, *map(str, numbers)]))
    return lines, nodes.lines()


def main() -> None:
    """Write the four tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--confidentiality", type=Path, required=True)
    parser.add_argument("--objects", type=Path, required=True)
    given = parser.parse_args()
    with (given.confidentiality / "ps315_e1_1.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    attributes = names(rows)
    tags = {line.split()[2]: line.split()[0].replace("xx", "00") for line in attributes}
    classes, nodes = objects(given.objects, tags)
    write(NAMES, attributes)
    write(HERE / "confidentiality.txt", confidentiality(rows))
    write(HERE / "sop_classes.txt", classes)
    write(HERE / "nodes.txt", nodes)


def write(path: Path, lines: Iterable[str]) -> None:
    """A text file of lines."""
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")


if __name__ == "__main__":
    main()
