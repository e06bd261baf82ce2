"""Somebody calls and says a number: the desk finds their charge, and nobody else's."""

import msgspec
import pytest

from konsento.foundation.databases import PEOPLE
from konsento.foundation.ids import ALPHABET
from konsento.management.charging.session import Reason, State
from konsento.management.charging.store import keep_new
from konsento.management.operators.number import SYMBOLS, NoSuchNumber, end_of_name, number_of
from tests.management.operators.front_desk import BAY_2, HANA, KEN, FrontDesk

AYA, AYAS_VISITOR = "7k2m9qxa4t3v8n5h6j8zc27kq4", "visitor-of-aya"
NUMBER = "8ZC2-7KQ4"


async def ayas_charge(front: FrontDesk, session_id: str = AYA) -> None:
    """It is over: no board shows it."""
    charge = msgspec.structs.replace(
        front.charge(session_id, BAY_2, AYAS_VISITOR), state=State.SETTLED,
        reason=Reason.LOAD_GONE, deadline_ms=None, ended_at_ms=front.clock.now_ms(),
    )  # fmt: skip
    async with PEOPLE.writing():
        await keep_new(charge)


def test_a_number_is_the_end_of_the_name_as_the_phone_shows_it() -> None:
    assert number_of(AYA) == NUMBER


@pytest.mark.parametrize(
    "typed",
    ["8ZC2-7KQ4", "8zc27kq4", " 8zc2 7kq4 ", "８ＺＣ２ー７ＫＱ４", "8ZC2–7KQ4", "8 z c 2 7 k q 4"],
)
def test_a_number_is_read_however_it_was_typed(typed: str) -> None:
    assert end_of_name(typed) == "8zc27kq4"


def test_every_symbol_of_a_name_can_be_typed() -> None:
    for first in range(0, len(ALPHABET), SYMBOLS):
        end = ALPHABET[first : first + SYMBOLS]
        assert end_of_name(number_of(end)) == end


def test_letters_that_no_name_has_are_read_as_the_digits_they_look_like() -> None:
    assert end_of_name("OIL0-1abc") == "01101abc"


@pytest.mark.parametrize(
    "typed", ["8ZC2-7KQ", "8ZC2-7KQ44", "8ZC2-7KQ!", "充電の番号です", "%%%%%%%%"]
)
def test_what_no_number_can_be_is_refused(typed: str) -> None:
    with pytest.raises(NoSuchNumber):
        end_of_name(typed)


async def test_a_charge_that_is_over_is_found_by_its_number(front: FrontDesk) -> None:
    await ayas_charge(front)
    hana = await front.sit_down(HANA)
    answer = await front.ask(hana, "GET", "/sessions?number=8zc27kq4")
    (found,) = answer.json()["sessions"]
    assert (found["code"], found["session"]["number"]) == (BAY_2, NUMBER)
    assert (found["session"]["state"], found["session"]["end_reason"]) == ("settled", "load_gone")
    assert found["ended_at_ms"] == front.clock.now_ms()
    assert AYAS_VISITOR not in answer.text


async def test_two_charges_with_one_number_are_both_told(front: FrontDesk) -> None:
    await ayas_charge(front)
    await ayas_charge(front, f"0{AYA[1:]}")
    hana = await front.sit_down(HANA)
    answer = await front.ask(hana, "GET", f"/sessions?number={NUMBER}")
    assert len(answer.json()["sessions"]) == 2


async def test_a_charge_at_another_facility_is_not_found(front: FrontDesk) -> None:
    await ayas_charge(front)
    ken = await front.sit_down(KEN)
    answer = await front.ask(ken, "GET", f"/sessions?number={NUMBER}")
    assert (answer.status_code, answer.json()) == (200, {"sessions": []})


async def test_what_is_no_number_is_told_to_whoever_typed_it(front: FrontDesk) -> None:
    hana = await front.sit_down(HANA)
    answer = await front.ask(hana, "GET", "/sessions?number=8ZC2")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/not-a-charge-number")
    assert (await front.ask(hana, "GET", "/sessions")).status_code == 422
    assert (await front.ask(hana, "GET", f"/sessions?number={'8' * 41}")).status_code == 400
