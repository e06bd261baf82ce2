"""A webhook counts only when Stripe signed exactly these bytes a moment ago."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from konsento.management.payments.gateway import ForgedWebhook, Notice
from konsento.management.payments.stripe_gateway import StripeGateway
from konsento.twin.courier import sign

SECRET = "whsec_stage"
NOW_S = 1_795_219_200
GATEWAY = StripeGateway(secret_key="sk_test_stage", webhook_secret=SECRET, sandbox=True)


def event(kind: str, about: Any, **more: Any) -> bytes:
    data = {"object": about}
    whole = {
        "id": "evt_1",
        "object": "event",
        "type": kind,
        "livemode": False,
        "data": data,
        **more,
    }
    return msgspec.json.encode(whole)


CHECKOUT = {
    "object": "checkout.session",
    "id": "cs_1",
    "payment_intent": "pi_1",
    "metadata": {"session_id": "s1", "attempt": "2"},
}
PAYMENT = {"object": "payment_intent", "id": "pi_1", "metadata": {"session_id": "s1"}}
RAW = event("checkout.session.completed", CHECKOUT)


def read(raw: bytes, signature: str | None = None, now_s: int = NOW_S) -> Notice:
    return GATEWAY.read_webhook(
        raw, sign(raw, SECRET, NOW_S) if signature is None else signature, now_s
    )


def forged(raw: bytes, signature: str | None, now_s: int = NOW_S) -> None:
    with pytest.raises(ForgedWebhook) as refusal:
        GATEWAY.read_webhook(raw, signature, now_s)
    assert refusal.value.status == 400


def test_a_checkouts_notice_names_the_checkout_and_its_payment() -> None:
    assert read(RAW) == Notice(
        event_id="evt_1",
        kind="checkout",
        livemode=False,
        says_held=True,
        checkout_id="cs_1",
        payment_id="pi_1",
        session_id="s1",
        attempt=2,
    )


@pytest.mark.parametrize(
    ("kind", "about", "read_as", "payment_id"),
    [
        ("checkout.session.expired", {**CHECKOUT, "payment_intent": None}, "checkout", None),
        ("payment_intent.canceled", PAYMENT, "payment", "pi_1"),
        (
            "charge.expired",
            {"object": "charge", "id": "ch", "payment_intent": "pi_1"},
            "payment",
            "pi_1",
        ),
        ("customer.created", {"object": "customer", "id": "cus_1"}, "other", None),
        ("payment_intent.canceled", {**PAYMENT, "metadata": None}, "payment", "pi_1"),
        ("checkout.session.completed", {**CHECKOUT, "payment_intent": PAYMENT}, "checkout", None),
    ],
)
def test_a_notice_says_what_moved(
    kind: str, about: Any, read_as: str, payment_id: str | None
) -> None:
    notice = read(event(kind, about))
    assert (notice.kind, notice.payment_id) == (read_as, payment_id)


@pytest.mark.parametrize(
    ("kind", "says_held"),
    [
        ("checkout.session.completed", True),
        ("payment_intent.amount_capturable_updated", True),
        ("payment_intent.canceled", False),
        ("payment_intent.succeeded", False),
        ("checkout.session.expired", False),
        ("charge.expired", False),
    ],
)
def test_a_notice_tells_whether_it_says_no_more_than_that_the_money_is_held(
    kind: str, says_held: bool
) -> None:
    assert read(event(kind, CHECKOUT)).says_held is says_held


@pytest.mark.parametrize("attempt", ["", "x", "-1", "1.5", "9999", "²", None, 3, ["1"]])
def test_an_attempt_that_is_no_number_is_left_out(attempt: Any) -> None:
    about = {**CHECKOUT, "metadata": {"session_id": 5, "attempt": attempt}}
    notice = read(event("checkout.session.completed", about))
    assert (notice.session_id, notice.attempt) == (None, None)


@settings(deadline=None, derandomize=True)
@given(st.integers(0, len(RAW) * 8 - 1))
def test_one_flipped_bit_of_the_body_is_noticed(bit: int) -> None:
    raw = bytearray(RAW)
    raw[bit // 8] ^= 1 << bit % 8
    forged(bytes(raw), sign(RAW, SECRET, NOW_S))


@settings(deadline=None, derandomize=True)
@given(st.integers(0, len(sign(RAW, SECRET, NOW_S)) - 1), st.integers(0, 6))
def test_one_flipped_bit_of_the_signature_is_noticed(place: int, bit: int) -> None:
    signature = sign(RAW, SECRET, NOW_S)
    flipped = signature[:place] + chr(ord(signature[place]) ^ 1 << bit) + signature[place + 1 :]
    forged(RAW, flipped)


@settings(deadline=None, derandomize=True)
@given(st.text(max_size=200) | st.none())
def test_any_other_signature_is_refused(signature: str | None) -> None:
    forged(RAW, signature)


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        f"t={NOW_S}",
        f"t={NOW_S},v0={'0' * 64}",
        f"t={NOW_S},v1=é",
        f"t={'9' * 5000},v1=x",
        sign(RAW, "whsec_other", NOW_S),
        sign(RAW, SECRET, NOW_S) + "," * 2000,
    ],
)
def test_an_unsigned_or_badly_signed_body_is_refused(signature: str | None) -> None:
    forged(RAW, signature)


@pytest.mark.parametrize(
    ("age_s", "taken"), [(300, True), (301, False), (-300, True), (-301, False), (10**9, False)]
)
def test_only_a_moment_ago_counts_in_either_direction(age_s: int, taken: bool) -> None:
    signature = sign(RAW, SECRET, NOW_S - age_s)
    if taken:
        assert GATEWAY.read_webhook(RAW, signature, NOW_S).event_id == "evt_1"
        return
    forged(RAW, signature)


def test_a_fresh_instant_does_not_renew_an_old_signature() -> None:
    old = sign(RAW, SECRET, NOW_S - 1000)
    forged(RAW, f"{old},t={NOW_S}")
    forged(RAW, f"t={NOW_S},{old}")


def test_a_second_signature_of_a_rolling_secret_is_enough() -> None:
    mine = sign(RAW, SECRET, NOW_S)
    assert read(RAW, f"t={NOW_S},v1={'0' * 64},{mine.split(',')[1]}").event_id == "evt_1"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[]",
        b"\xff\xfe",
        b'{"object": "v2.core.event", "id": "evt_1", "type": "x", "livemode": false}',
        b'{"id": "evt_1", "object": "event", "type": "x", "livemode": false}',
        b'{"id": "", "object": "event", "type": "x", "livemode": false, "data": {"object": {}}}',
        b'{"data":' + b"[" * 100_000,
        b" " * 300_000,
    ],
)
def test_a_signed_body_that_is_no_event_is_refused_too(raw: bytes) -> None:
    forged(raw, sign(raw, SECRET, NOW_S))


@settings(deadline=None, derandomize=True)
@given(st.binary(max_size=300))
def test_any_signed_bytes_are_refused_and_nothing_breaks(raw: bytes) -> None:
    forged(raw, sign(raw, SECRET, NOW_S))


def test_an_event_about_real_money_is_no_event_of_a_sandbox() -> None:
    raw = event("checkout.session.completed", CHECKOUT, livemode=True)
    forged(raw, sign(raw, SECRET, NOW_S))
