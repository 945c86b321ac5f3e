"""SOP classes that need no handler, and those that are set aside."""

from anonymize.dicom.pixels.risk import STORAGE

PLAIN = frozenset(
    STORAGE + suffix
    for suffix in (
        # Computed and digital radiography, mammography, intra-oral, radiofluoroscopy, angiography
        "1", "1.1", "1.1.1", "1.2", "1.2.1", "1.3", "1.3.1",
        "12.1", "12.1.1", "12.2", "12.2.1", "12.3",
        "13.1.1", "13.1.2", "13.1.3", "13.1.4", "13.1.5",
        # CT, MR, ultrasound, nuclear medicine, PET, secondary capture; enhanced ones too
        "2", "2.1", "2.2", "3", "3.1", "4", "4.1", "4.2", "4.3", "4.4", "5", "6", "6.1", "6.2", "6.3",
        "7", "7.1", "7.2", "7.3", "7.4", "14.1", "14.2", "20", "30", "128", "128.1", "130",
        # Visible light, ophthalmology, microscopy
        "77.1.1", "77.1.1.1", "77.1.2", "77.1.2.1", "77.1.3", "77.1.4", "77.1.4.1",
        "77.1.5.1", "77.1.5.2", "77.1.5.3", "77.1.5.4", "77.1.5.5", "77.1.5.6", "77.1.5.7", "77.1.5.8",
        "77.1.6",
        "77.1.7", "77.1.8", "77.1.9",
        "78.1", "78.2", "78.3", "78.4", "78.5", "78.6", "78.7", "78.8", "79.1", "80.1", "81.1", "82.1",
        # Registration, fiducials, real world values
        "66.1", "66.2", "66.3", "67",
        # RT image and dose
        "481.1", "481.2", "481.23", "481.24",
    )
)  # fmt: skip
"""Images and objects made of attributes only: the rules of the plan are enough."""
