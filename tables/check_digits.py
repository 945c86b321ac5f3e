"""Check digits of the codes that carry one, and numbers that are well formed and that nobody has."""

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]


def ean13(digits: str) -> str:
    """``digits`` (12 of them) with the check digit of EAN-13 (GS1 General Specifications, 7.9)."""
    total = sum(int(digit) * (3 if position % 2 else 1) for position, digit in enumerate(digits))
    return digits + str(-total % 10)


def luhn(digits: str) -> str:
    """``digits`` with the check digit of Luhn (ISO/IEC 7812-1, annex B), as in a FINESS number."""
    doubled = [int(digit) * (1 + (position % 2 == 0)) for position, digit in enumerate(reversed(digits))]
    return digits + str(-sum(value - 9 * (value > 9) for value in doubled) % 10)


def fictitious_cip13(number: int) -> str:
    """A well-formed CIP13 in a range that no presentation uses: 34009 99, then five digits."""
    return ean13(f"3400999{number:05d}")


def fictitious_finess(department: str, number: int) -> str:
    """A well-formed FINESS number of a hospital that does not exist, with its leading zero."""
    return luhn(f"{department[1:]}0999{number:02d}")


def ean13_all(digits: Numbers) -> Numbers:
    """:func:`ean13` of many numbers of twelve digits, as integers of thirteen."""
    total = np.zeros(len(digits), dtype=np.int64)
    rest = digits.astype(np.int64)
    for position in range(12):
        total += (rest % 10) * (1 if position % 2 else 3)
        rest //= 10
    return digits.astype(np.int64) * 10 + (-total) % 10


def luhn_all(digits: Numbers) -> Numbers:
    """:func:`luhn` of many numbers, as integers of one digit more."""
    total = np.zeros(len(digits), dtype=np.int64)
    rest = digits.astype(np.int64)
    double = True
    while rest.any():
        digit = rest % 10
        total += np.where(digit > 4, digit * 2 - 9, digit * 2) if double else digit
        rest //= 10
        double = not double
    return digits.astype(np.int64) * 10 + (-total) % 10


def fictitious_cip13_all(numbers: Numbers) -> Numbers:
    """:func:`fictitious_cip13` of many numbers of at most five digits."""
    return ean13_all(340099900000 + numbers.astype(np.int64) % 100_000)


def fictitious_finess_all(numbers: Numbers) -> Numbers:
    """Well-formed FINESS numbers of nine digits that no establishment has: department, 0999, two digits, key.

    8,600 of them, in departments 10 to 95, so that none begins with a zero.
    """
    whole = numbers.astype(np.int64) % 8_600
    return luhn_all((10 + whole % 86) * 1_000_000 + 99_900 + whole // 86)


def fictitious_rpps_all(numbers: Numbers) -> Numbers:
    """Well-formed RPPS numbers of eleven digits that no professional has: they begin with 99."""
    return luhn_all(9_900_000_000 + numbers.astype(np.int64) % 100_000_000)


def fictitious_nir_all(numbers: Numbers) -> Numbers:
    """Thirteen digits of a NIR that nobody has: sex 9, month 99, department 99."""
    return 9_009_999_000_000 + numbers.astype(np.int64) % 1_000_000
