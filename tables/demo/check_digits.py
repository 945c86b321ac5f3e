"""Check digits of the codes that carry one."""


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
