"""What says who sends is valid where it is shown, and made anew in time."""

import msgspec
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

from konsento_push.subscription import unpacked
from konsento_push.vapid import (
    GOOD_FOR_MS,
    ORIGINS_KEPT,
    BadVapidKey,
    VapidSigner,
    new_private_key,
)

NOW_MS = 1_795_219_200_000
HOUR_MS = 3_600_000
CONTACT = "mailto:push@konsento.example"
ORIGIN = "https://push.example"


def claims(header: str) -> dict[str, object]:
    token = header.removeprefix("vapid t=").partition(",")[0]
    found: dict[str, object] = msgspec.json.decode(unpacked(token.split(".")[1]))
    return found


def test_the_header_is_signed_for_one_service_and_half_a_day() -> None:
    signer = VapidSigner(new_private_key(), CONTACT)
    header = signer.header(ORIGIN, NOW_MS)
    assert Vapid02.verify(header)
    assert header.endswith(f",k={signer.public_key}")
    assert claims(header) == {"aud": ORIGIN, "exp": NOW_MS // 1000 + 43_200, "sub": CONTACT}


def test_a_header_is_kept_until_shortly_before_its_end() -> None:
    signer = VapidSigner(new_private_key(), CONTACT)
    first = signer.header(ORIGIN, NOW_MS)
    assert signer.header(ORIGIN, NOW_MS + GOOD_FOR_MS - HOUR_MS - 1) == first
    later = signer.header(ORIGIN, NOW_MS + GOOD_FOR_MS - HOUR_MS)
    assert claims(later)["exp"] == (NOW_MS + 2 * GOOD_FOR_MS - HOUR_MS) // 1000


def test_a_clock_that_was_set_back_does_not_make_it_valid_for_too_long() -> None:
    signer = VapidSigner(new_private_key(), CONTACT)
    signer.header(ORIGIN, NOW_MS)
    earlier_ms = NOW_MS - 48 * HOUR_MS
    assert claims(signer.header(ORIGIN, earlier_ms))["exp"] == (earlier_ms + GOOD_FOR_MS) // 1000


def test_each_service_has_its_own_header_and_only_so_many_are_kept() -> None:
    signer = VapidSigner(new_private_key(), CONTACT)
    for number in range(ORIGINS_KEPT + 1):
        assert claims(signer.header(f"https://n{number}.example", NOW_MS))["aud"] == (
            f"https://n{number}.example"
        )
    assert len(signer._headers) <= ORIGINS_KEPT


def test_a_key_is_read_in_each_form_that_tools_write() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    secret = key.private_numbers().private_value.to_bytes(32, "big")
    vapid = Vapid02(key)
    pem = vapid.private_pem().decode()
    der = "".join(pem.splitlines()[1:-1])
    raw = VapidSigner(__import__("base64").urlsafe_b64encode(secret).decode(), CONTACT)
    assert len(unpacked(raw.public_key)) == 65
    for text in (pem, der):
        assert VapidSigner(text, CONTACT).public_key == raw.public_key


def other_curve() -> str:
    key = ec.generate_private_key(ec.SECP384R1())
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


@pytest.mark.parametrize("text", ["", "x", "AAAA", "A" * 43, "-----BEGIN X-----", other_curve()])
def test_what_is_no_key_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(BadVapidKey) as said:
        VapidSigner(text, CONTACT)
    assert len(text) < 2 or text not in str(said.value)


@pytest.mark.parametrize("contact", ["", "push@konsento.example", "http://a.example", "mailto:x"])
def test_without_a_contact_nobody_is_signed_for(contact: str) -> None:
    with pytest.raises(BadVapidKey):
        VapidSigner(new_private_key(), contact)
