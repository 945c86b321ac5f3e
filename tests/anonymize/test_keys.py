"""Derivation, pseudonyms and offsets, against RFC vectors and the standard library."""

import hashlib
import hmac
import pickle
from base64 import b32encode

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymize.keys import Keys, derive
from profiles.errors import ProfileError

SECRET = bytes(range(32))


def keys(profile_id: str = "etude-2023", secret: bytes = SECRET) -> Keys:
    return Keys(secret, profile_id)


def hkdf(secret: bytes, salt: bytes, info: bytes) -> bytes:
    """The first 32 bytes of RFC 5869, straight from its text."""
    extracted = hmac.digest(salt, secret, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")


@pytest.mark.parametrize(
    ("secret", "salt", "info", "length", "expected"),
    [
        (
            "0b" * 22,
            "000102030405060708090a0b0c",
            "f0f1f2f3f4f5f6f7f8f9",
            42,
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
        ),
        (
            bytes(range(0x50)).hex(),
            bytes(range(0x60, 0xB0)).hex(),
            bytes(range(0xB0, 0x100)).hex(),
            82,
            (
                "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
                "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"
            ),
        ),
        (
            "0b" * 22,
            "",
            "",
            42,
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
        ),
    ],
)
def test_derivation_gives_the_vectors_of_rfc_5869(secret, salt, info, length, expected):
    made = derive(bytes.fromhex(secret), bytes.fromhex(salt), bytes.fromhex(info), length)
    assert made.hex() == expected


def test_a_pseudonym_is_the_first_128_bits_of_an_hmac_in_base32():
    key = hkdf(SECRET, b"etude-2023", b"vitrail/1/pseudonym/IR_BEN_R.BEN_NIR_PSA")
    expected = b32encode(hmac.digest(key, b"1850175123456", "sha256")[:16]).decode()[:26]
    assert keys().pseudonym("IR_BEN_R.BEN_NIR_PSA")("1850175123456") == expected


def test_an_offset_is_an_hmac_spread_over_the_days_without_zero():
    key = hkdf(SECRET, b"etude-2023", b"vitrail/1/date-offset/10")
    number = int.from_bytes(hmac.digest(key, b"p1", "sha256")[:8]) % 20
    assert keys().offset(10)("p1") == [*range(-10, 0), *range(1, 11)][number]


def test_a_known_key_gives_known_values():
    assert keys().key_id == hkdf(SECRET, b"etude-2023", b"vitrail/1/key-id/")[:8].hex()
    assert keys().key_id == "ae8bcd84b7037ed4"
    assert keys().pseudonym("d")("x") == "LHTCKXRSFQ6R7S6N7Z2OXW5BLM"


@given(st.lists(st.one_of(st.none(), st.text(max_size=8)), max_size=30))
def test_arrays_and_single_values_agree(values):
    arrays = keys().pseudonyms("d")(pa.array(values, pa.string())).to_pylist()
    offsets = keys().offsets(30)(pa.array(values, pa.string())).to_pylist()
    one, shift = keys().pseudonym("d"), keys().offset(30)
    assert arrays == [None if value is None else one(value) for value in values]
    assert offsets == [None if value is None else shift(value) for value in values]


def test_composed_and_decomposed_accents_are_the_same_identifier():
    assert keys().pseudonym("d")("H\u00e9l\u00e8ne") == keys().pseudonym("d")("He\u0301le\u0300ne")
    pair = keys().pseudonyms("d")(pa.array(["H\u00e9l\u00e8ne", "He\u0301le\u0300ne"])).to_pylist()
    assert pair[0] == pair[1]


def test_another_profile_domain_or_secret_gives_unlinkable_pseudonyms():
    made = {
        keys().pseudonym("a")("x"),
        keys().pseudonym("b")("x"),
        keys("autre").pseudonym("a")("x"),
        keys(secret=bytes(32)).pseudonym("a")("x"),
    }
    assert len(made) == 4


@given(st.text(), st.integers(1, 400))
def test_an_offset_is_never_zero_nor_beyond_its_days(person, days):
    assert 1 <= abs(keys().offset(days)(person)) <= days


def test_offsets_are_uniform_over_the_days():
    counts = dict.fromkeys([-3, -2, -1, 1, 2, 3], 0)
    for offset in keys().offsets(3)(pa.array([str(n) for n in range(60_000)])).to_pylist():
        counts[offset] += 1
    chi_square = sum((count - 10_000) ** 2 / 10_000 for count in counts.values())
    assert chi_square < 20.5  # 5 degrees of freedom, p = 0.001


def test_keys_show_their_fingerprint_and_never_the_secret():
    secret = b"canary-secret-0123456789abcdef"
    made = keys(secret=secret)
    assert repr(made) == f"Keys(key_id='{made.key_id}')"
    assert str(made.key_id) != hashlib.sha256(secret).hexdigest()[:16]
    with pytest.raises(TypeError):
        pickle.dumps(made)


def test_a_secret_below_128_bits_is_refused():
    with pytest.raises(ProfileError) as raised:
        keys(secret=bytes(15))
    assert raised.value.code == "anonymize-weak-secret"
    assert raised.value.facts == {"bits": 120, "minimum": 128}


@given(st.lists(st.text(max_size=12), max_size=20), st.integers(0, 5))
def test_arrays_and_slices_of_them_have_the_pseudonyms_of_their_values(values: list[str], start: int) -> None:
    keys = Keys(bytes(range(32)), "essai")
    sliced = pa.array(values, pa.string()).slice(start)
    one = keys.pseudonym("d")
    assert keys.pseudonyms("d")(sliced).to_pylist() == [one(value) for value in values[start:]]
