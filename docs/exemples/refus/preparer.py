"""Make the fictitious SNDS from the schema alone, and the extraction that the profiles beside this file read.

``python docs/exemples/refus/preparer.py [FOLDER]`` writes ``FOLDER/donnees`` (default: beside this file): six
tables, each row with the numbers of its person, and ``deces.csv``, a register of named dead persons in the
manner of the INSEE deaths file, as an intruder could hold it. Nothing real is read, and nobody is named.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

HERE = Path(__file__).resolve().parent
CLAIM = (
    "FLX_DIS_DTD, FLX_TRT_DTD, FLX_EMT_TYP, FLX_EMT_NUM, FLX_EMT_ORD, ORG_CLE_NUM, DCT_ORD_NUM, PRS_ORD_NUM, "
    "REM_TYP_AFF"
)
PERSON = "BEN_NIR_PSA, BEN_RNG_GEM"
TABLES = {
    "IR_BEN_R": f"SELECT {PERSON}, BEN_NAI_ANN, BEN_SEX_COD, BEN_DCD_DTE FROM IR_BEN_R",
    "IR_IMB_R": f"SELECT {PERSON}, IMB_ALD_NUM FROM IR_IMB_R",
    "ER_PRS_F": f"SELECT {PERSON}, PRS_NAT_REF FROM ER_PRS_F",
    "ER_PHA_F": (
        f"SELECT {PERSON}, PHA_ATC_C07 FROM ER_PHA_F JOIN ER_PRS_F USING ({CLAIM}) "
        "JOIN IR_PHA_R ON PHA_PRS_C13 = PHA_CIP_C13"
    ),
    "T_MCOaaC": (
        "SELECT ETA_NUM, RSA_NUM, NIR_ANO_17 AS BEN_NIR_PSA, RNG_NAI AS BEN_RNG_GEM, "
        "EXE_SOI_DTD::DATE AS EXE_SOI_DTD FROM T_MCOaaC"
    ),
    "T_MCOaaB": "SELECT ETA_NUM, RSA_NUM, DGN_PAL, SEJ_NBJ FROM T_MCOaaB",
}
DEATHS = (
    "SELECT BEN_NIR_PSA AS numero, BEN_SEX_COD AS sexe, BEN_NAI_ANN AS naissance, BEN_DCD_DTE AS deces "
    "FROM IR_BEN_R WHERE BEN_DCD_DTE IS NOT NULL ORDER BY ALL"
)


def extract(made: Path, target: Path) -> None:
    """The columns that the profiles describe, from the tables of ``made``."""
    con = duckdb.connect()
    for path in made.glob("*.parquet"):
        con.execute(f"""CREATE VIEW "{path.stem}" AS FROM '{str(path).replace("'", "''")}'""")
    target.mkdir(parents=True)
    quoted = str(target).replace("'", "''")
    for name, query in TABLES.items():
        con.execute(f"COPY (FROM ({query}) ORDER BY ALL) TO '{quoted}/{name}.parquet'")
    con.execute(f"COPY ({DEATHS}) TO '{quoted}/deces.csv' (HEADER)")


def prepare(folder: Path) -> None:
    """Write ``folder/donnees``, unless it is there."""
    if (folder / "donnees").exists():
        return
    with tempfile.TemporaryDirectory(dir=folder) as work:
        made = Path(work, "fictif")
        schema = shutil.copy(HERE / "schema.yaml", work)
        command = [sys.executable, "-m", "cli", "synth", schema, "--to", str(made)]
        subprocess.run(command, check=True, env=os.environ, stdout=subprocess.DEVNULL)  # noqa: S603 - ours
        extract(made, Path(work, "donnees"))
        Path(work, "donnees").rename(folder / "donnees")


if __name__ == "__main__":
    prepare(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else HERE)
