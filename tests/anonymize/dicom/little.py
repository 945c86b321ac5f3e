"""Small images, made by hand, for tests that need to know every value."""

from pathlib import Path

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

CT = "1.2.840.10008.5.1.4.1.1.2"
ROOT = "1.2.826.0.1.3680043.8.498"
PIXELS = bytes(range(256)) * 2


def image(number: int = 1, patient: int = 1, series: int = 1, **values) -> Dataset:
    """A CT image of 16 by 16; ``values``: keyword -> value in place of these."""
    ds = Dataset()
    ds.SpecificCharacterSet = "ISO_IR 100"
    ds.SOPClassUID = CT
    ds.SOPInstanceUID = f"{ROOT}.{patient}.1.{series}.{number}"
    ds.StudyInstanceUID = f"{ROOT}.{patient}.1"
    ds.SeriesInstanceUID = f"{ROOT}.{patient}.1.{series}"
    ds.FrameOfReferenceUID = f"{ROOT}.{patient}.9"
    ds.StudyDate, ds.SeriesDate, ds.StudyTime = "20230415", "20230416", "101530"
    ds.AccessionNumber = f"ACC{patient:05d}X"
    ds.Modality = "CT"
    ds.Manufacturer = "SIEMENS"
    ds.InstitutionName = "Clinique des Tilleuls"
    ds.ReferringPhysicianName = "Vasseur^Honorine"
    ds.PatientName = f"Lefèvre{patient}^Théodule"
    ds.PatientID = f"HOSP-{patient:06d}"
    ds.PatientBirthDate = "19471130"
    ds.PatientSex, ds.PatientAge = "M", "075Y"
    ds.SliceThickness, ds.KVP = "1.25", "120"
    ds.StudyID, ds.SeriesNumber, ds.InstanceNumber = "7", str(series), str(number)
    ds.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    ds.ImagePositionPatient, ds.ImageOrientationPatient = (
        ["0", "0", str(number)],
        ["1", "0", "0", "0", "1", "0"],
    )
    ds.PixelSpacing = ["0.5", "0.5"]
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.Rows = ds.Columns = 16
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, 12, 11, 0
    ds.RescaleIntercept, ds.RescaleSlope = "-1024", "1"
    ds.PixelData = PIXELS
    for keyword, value in values.items():
        setattr(ds, keyword, value)
    return ds


def save(ds: Dataset, path: Path) -> Path:
    """Write a file with preamble and file meta information."""
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    path.parent.mkdir(parents=True, exist_ok=True)
    ds.save_as(path, enforce_file_format=True)
    return path
