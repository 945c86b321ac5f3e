"""Write fictitious patients of an imaging department: a table, and a CT series of each patient."""

import csv
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

_NAMES = (
    "MARTIN",
    "BERNARD",
    "LEFÈVRE",
    "DUBOIS",
    "MOREAU",
    "GARNIER",
    "PÉRIN",
    "LE GOFF",
    "ROUSSEL",
    "FAURE",
)
_FIRST = {
    "F": ("JEANNE", "HÉLÈNE", "NADIA", "CLAIRE", "AGNÈS"),
    "M": ("PAUL", "LUC", "RENÉ", "KARIM", "YVES"),
}
_REASONS = ("toux", "dyspnée", "bilan", "nodule")
_ROOT = "1.2.826.0.1.3680043.10.1477.9."
"""Root of the numbers of the demonstration's studies, which no hospital uses."""
SIZE = 32


def generate_imaging(folder: Path, seed: int = 20231231, patients: int = 240) -> None:
    """Write ``patients.csv`` and ``images/`` into ``folder``, one CT file a patient; nobody there exists."""
    (folder / "images").mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng([seed, patients])
    rows = []
    for number in range(patients):
        sex = "FM"[int(rng.integers(2))]
        born = 1930 + int(rng.integers(70))
        seen = date(2023, 1, 1) + timedelta(days=int(rng.integers(365)))
        patient = {
            "ipp": f"8{int(rng.integers(10**8)):08d}{number:03d}",
            "nom": _NAMES[int(rng.integers(len(_NAMES)))],
            "prenom": _FIRST[sex][int(rng.integers(5))],
            "sexe": sex,
            "naissance": str(born),
            "examen": seen.isoformat(),
            "indication": _REASONS[int(rng.integers(len(_REASONS)))],
        }
        rows.append(patient)
        _image(patient, number, rng).save_as(
            folder / "images" / f"IM{number:04d}.dcm", enforce_file_format=True
        )
    with (folder / "patients.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=";", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)


def _image(patient: dict[str, str], number: int, rng: np.random.Generator) -> FileDataset:
    """A CT image as a scanner writes it, with all that it says of the patient."""
    study = generate_uid(_ROOT, [patient["ipp"], "study"])
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = CTImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid(_ROOT, [patient["ipp"], "instance"])
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    image.SpecificCharacterSet = "ISO_IR 100"
    image.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    image.SOPClassUID = CTImageStorage
    image.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    image.StudyInstanceUID, image.SeriesInstanceUID = study, generate_uid(_ROOT, [patient["ipp"], "series"])
    image.FrameOfReferenceUID = generate_uid(_ROOT, [patient["ipp"], "frame"])
    day = patient["examen"].replace("-", "")
    image.StudyDate = image.SeriesDate = image.AcquisitionDate = image.ContentDate = day
    image.StudyTime = image.ContentTime = f"{8 + number % 10:02d}{number % 60:02d}00"
    image.AccessionNumber = f"A{day}{number:04d}"
    image.Modality = "CT"
    image.Manufacturer = "SIEMENS"
    image.InstitutionName = "CHU DE DÉMONSTRATION"
    image.ReferringPhysicianName = "DURIEUX^ANNE"
    image.StudyDescription = f"TDM THORAX {patient['nom']}"
    image.PatientName = f"{patient['nom']}^{patient['prenom']}"
    image.PatientID = patient["ipp"]
    image.PatientBirthDate = f"{patient['naissance']}{1 + number % 12:02d}{1 + number % 28:02d}"
    image.PatientSex = patient["sexe"]
    image.BodyPartExamined = "CHEST"
    image.KVP, image.SliceThickness = "120", "5"
    image.StudyID, image.SeriesNumber, image.InstanceNumber = str(1000 + number), "1", "1"
    image.ReferencedStudySequence = Sequence([_reference(study)])
    image.private_block(0x0029, "DEMONSTRATION", create=True).add_new(0x01, "LO", patient["nom"])
    _pixels(image, rng)
    return image


def _reference(study: str) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID = "1.2.840.10008.3.1.2.3.1"
    item.ReferencedSOPInstanceUID = study
    return item


def _pixels(image: Dataset, rng: np.random.Generator) -> None:
    """A bright disc in noise."""
    image.SamplesPerPixel, image.PhotometricInterpretation = 1, "MONOCHROME2"
    image.Rows = image.Columns = SIZE
    image.BitsAllocated, image.BitsStored, image.HighBit, image.PixelRepresentation = 16, 12, 11, 0
    image.PixelSpacing, image.ImagePositionPatient = ["1.0", "1.0"], ["0", "0", "0"]
    image.ImageOrientationPatient = ["1", "0", "0", "0", "1", "0"]
    image.RescaleIntercept, image.RescaleSlope = "-1024", "1"
    across, down = np.meshgrid(np.arange(SIZE), np.arange(SIZE))
    disc = 1000 * ((across - SIZE / 2) ** 2 + (down - SIZE / 2) ** 2 < (SIZE / 3) ** 2)
    image.PixelData = (disc + rng.integers(0, 50, (SIZE, SIZE))).astype("<u2").tobytes()
