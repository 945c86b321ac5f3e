"""The whole way: tables from the schema alone, persons learnt from them, the diabetes algorithm on both.

``python docs/exemples/snds/enchainer.py [FOLDER]`` runs the commands that a reader would type and writes all
in ``FOLDER`` (default: ``sortie`` beside this file, which must not exist). ``--persons N``: how many.
"""

import argparse
import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "top_diabete"))
import top_diabete  # noqa: E402 - the example beside this one

TABLES = ("IR_BEN_R", "IR_IMB_R", "ER_PRS_F", "ER_PHA_F", "T_MCOaaB", "T_MCOaaC", "T_MCOaaD")
YEAR = 2019


def vitrail(*arguments: str | Path) -> None:
    """One command, as on a terminal; stops the whole when it fails."""
    print("\n$ vitrail", *arguments, flush=True)
    environ = {"VITRAIL_KEY": secrets.token_hex(32), **os.environ}
    command = [sys.executable, "-m", "cli", *map(str, arguments)]
    subprocess.run(command, check=True, env=environ)  # noqa: S603 - our own command


def prepare(made: Path, target: Path) -> None:
    """The tables as an extraction has them: each drug with its class and the size of its pack."""
    target.mkdir()
    con = top_diabete.connect(made)
    for table in TABLES:
        source = f'"{table}"'
        if table == "ER_PHA_F":
            source = (
                "(SELECT f.*, r.PHA_ATC_C07, r.PHA_CND_TOP FROM ER_PHA_F f "
                "JOIN IR_PHA_R r ON f.PHA_PRS_C13 = r.PHA_CIP_C13)"
            )
        if table == "T_MCOaaC":
            days = ", ".join(f"EXE_SOI_DT{end}::DATE AS EXE_SOI_DT{end}" for end in "DF")
            source = f"(SELECT * REPLACE ({days}) FROM T_MCOaaC)"
        path = str(target / f"{table}.parquet").replace("'", "''")
        con.execute(f"COPY (SELECT * EXCLUDE __person FROM {source} ORDER BY ALL) TO '{path}'")


def main() -> None:
    """Run it all, then print both tables of the diabetes algorithm."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=HERE / "sortie")
    parser.add_argument("--persons", type=int, default=10_000)
    given = parser.parse_args()
    folder = given.folder.resolve()
    folder.mkdir(parents=True)
    for name in ("schema.yaml", "profil.yaml"):
        shutil.copyfile(HERE / name, folder / name)
    schema = folder / "schema.yaml"
    text = schema.read_text(encoding="utf-8").replace("persons: 10000", f"persons: {given.persons}")
    schema.write_text(text, encoding="utf-8")

    vitrail("synth", schema, "--to", folder / "fictif")
    prepare(folder / "fictif", folder / "donnees")
    vitrail("synth", folder / "profil.yaml", "--to", folder / "synthetique")
    known = top_diabete.columns(top_diabete.connect(folder / "synthetique"))
    sql = top_diabete.query(known, YEAR, "SELECT DISTINCT person FROM found\n")
    (folder / "diabete.sql").write_text(sql, encoding="utf-8")
    vitrail(
        "quality", folder / "profil.yaml", "--synthetic", folder / "synthetique",
        "--to", folder / "qualite.html", "--indicator", folder / "diabete.sql",
    )  # fmt: skip
    sides = {
        "fictif": top_diabete.count(top_diabete.connect(folder / "donnees"), YEAR),
        "synthétique": top_diabete.count(top_diabete.connect(folder / "synthetique"), YEAR),
    }
    print("\n" + top_diabete.table(sides, top_diabete.FLOOR))
    overall, widest = top_diabete.deviations(*sides.values())
    print(f"\nécart d'ensemble : {overall:.2f} point ; case de plus de 200 personnes : {widest:.2f} au plus")


if __name__ == "__main__":
    main()
