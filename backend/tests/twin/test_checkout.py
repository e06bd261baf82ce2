"""A hosted page is open until paid or out of time, and is made only from a sound order."""

from itertools import product
from typing import Any

import msgspec
import pytest

from konsento.twin.checkout import FINAL, NEXT, Checkout, Event, Status, from_params, step, way_back
from konsento.twin.refusals import WireError


def params(*prices: int, **more: Any) -> dict[str, Any]:
    items = [
        {"quantity": 1, "price_data": {"unit_amount": price, "product_data": {"name": "x"}}}
        for price in prices or (1200,)
    ]
    return {"line_items": items, "success_url": "https://a.test/{CHECKOUT_SESSION_ID}", **more}


def made(status: Status) -> Checkout:
    return msgspec.structs.replace(from_params(params(), "cs_1", 1000), status=status)


@pytest.mark.parametrize(("status", "event"), list(product(Status, Event)))
def test_every_pair_steps_by_the_table_or_is_refused(status: Status, event: Event) -> None:
    if (status, event) in NEXT:
        assert step(made(status), event).status is NEXT[status, event]
        return
    with pytest.raises(WireError):
        step(made(status), event)


def test_only_the_open_page_can_still_change() -> None:
    assert {status for status, _ in NEXT} == set(Status) - FINAL


@pytest.mark.parametrize(
    ("prices", "total"), [((50,), 50), ((30, 20), 50), ((99_999_999,), 99_999_999)]
)
def test_the_total_is_the_sum_of_its_lines(prices: tuple[int, ...], total: int) -> None:
    assert from_params(params(*prices), "cs_1", 1000).amount_yen == total


@pytest.mark.parametrize(
    ("price", "code"), [(49, "amount_too_small"), (100_000_000, "amount_too_large")]
)
def test_too_little_and_too_much_are_refused(price: int, code: str) -> None:
    with pytest.raises(WireError) as refusal:
        from_params(params(price), "cs_1", 1000)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("ahead_s", "sound"), [(1799, False), (1800, True), (86400, True), (86401, False)]
)
def test_a_page_lives_half_an_hour_to_a_day(ahead_s: int, sound: bool) -> None:
    order = params(expires_at=1000 + ahead_s)
    if sound:
        assert from_params(order, "cs_1", 1000).expires_s == 1000 + ahead_s
        return
    with pytest.raises(WireError):
        from_params(order, "cs_1", 1000)


@pytest.mark.parametrize(
    ("more", "manual"),
    [
        ({}, False),
        ({"payment_intent_data": {"capture_method": "automatic"}}, False),
        ({"payment_intent_data": {"capture_method": "manual"}}, True),
        ({"payment_method_options": {"card": {"capture_method": "manual"}}}, True),
    ],
)
def test_capture_is_manual_where_either_place_says_so(more: dict[str, Any], manual: bool) -> None:
    assert from_params(params(**more), "cs_1", 1000).manual is manual


def test_the_way_back_carries_the_sessions_id() -> None:
    assert way_back(from_params(params(), "cs_1", 1000)) == "https://a.test/cs_1"
