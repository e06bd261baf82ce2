"""Guessing at a meter learns nothing: not by the answer, nor by the work, nor by the lock (T8)."""

import asyncio
from collections import Counter
from typing import Any

import httpx
import pytest

from konsento.foundation.databases import PEOPLE
from konsento.management.customers.limits import (
    CALLS_PER_ASKER,
    CALLS_PER_MS,
    DAY_MS,
    TRIES_PER_ASKER,
)
from konsento.management.customers.typed import day_ends_at_ms, japan_day
from tests.assembly.answers import is_dressed, slug_of
from tests.management.customers.homes import (
    HARUKAS,
    MINORUS,
    Customer,
    home,
    listened,
    move_in,
    wish,
)
from tests.management.world import World
from tests.town import Json

UNKNOWN = home("SM-33-999999", "3310199999", "7000099")
WRONG: dict[str, Json] = {
    "the meter": wish(HARUKAS, smid=UNKNOWN.smid),
    "another customer's meter": wish(HARUKAS, smid=MINORUS.smid),
    "the number": wish(HARUKAS, customer_number="3310100009"),
    "another customer's number": wish(HARUKAS, customer_number=MINORUS.customer_number),
    "the postal code": wish(HARUKAS, postal_code="7000099"),
    "number and code": wish(HARUKAS, customer_number="1", postal_code="2"),
    "all three": wish(UNKNOWN),
    "a name for a number": wish(HARUKAS, customer_number="春日"),
    "half a surrogate's worth of nothing": wish(HARUKAS, postal_code="🔌"),
}


async def rows(table: str) -> list[dict[str, Any]]:
    return await PEOPLE.ask(f"SELECT * FROM {table} ORDER BY 1")


def seen(answer: httpx.Response) -> tuple[object, ...]:
    """Everything that the asker is told."""
    headers = [pair for pair in answer.headers.items() if pair[0] != "set-cookie"]
    return answer.status_code, tuple(sorted(headers)), answer.content


async def test_which_of_the_three_was_wrong_is_told_by_nothing(homes: World) -> None:
    told = set()
    for body in WRONG.values():
        stranger = homes.person_as(Customer, "198.51.100.1")
        answer = await stranger.tries(body)
        is_dressed(answer)
        assert (answer.status_code, slug_of(answer)) == (422, "meter-not-matched")
        told.add(seen(answer))
        await homes.clock.advance(DAY_MS)
    assert len(told) == 1
    assert await rows("registration") == await rows("outbox") == []


async def test_one_who_moved_out_is_answered_as_an_unknown_meter_is(homes: World) -> None:
    now_ms = homes.clock.now_ms()
    gone = home("SM-33-000009", "3310100009", "7000024", moved_out_at_ms=now_ms)
    going = home("SM-33-000010", "3310100010", "7000024", moved_out_at_ms=now_ms + 1)
    await move_in(now_ms, gone, going)
    answers = [await homes.person_as(Customer).tries(wish(each)) for each in (gone, UNKNOWN)]
    assert seen(answers[0]) == seen(answers[1])
    assert slug_of(answers[0]) == "meter-not-matched"
    await homes.person_as(Customer).registers(going)


async def test_every_wrong_try_is_the_same_work(homes: World) -> None:
    work = set()
    for body in WRONG.values():
        stranger = homes.person_as(Customer)
        done: list[str] = []
        with listened(done):
            await stranger.tries(body)
        work.add(tuple(done))
        await homes.clock.advance(DAY_MS)
    (statements,) = work
    assert sum("usage_point" in sql for sql in statements) == 1


async def test_after_three_wrong_tries_a_right_one_is_refused_until_the_day_ends(
    homes: World,
) -> None:
    day_left_ms = day_ends_at_ms(japan_day(homes.clock.now_ms())) - homes.clock.now_ms()
    for number in range(3):
        stranger = homes.person_as(Customer, f"198.51.100.{number}")
        assert (await stranger.tries(WRONG["the number"])).status_code == 422
    locked = set()
    for number, body in enumerate(
        (wish(HARUKAS), WRONG["the number"], wish(HARUKAS, smid="sm33000001"))
    ):
        answer = await homes.person_as(Customer, f"203.0.113.{number}").tries(body)
        assert (answer.status_code, slug_of(answer)) == (429, "too-many-tries")
        assert 0 < int(answer.headers["retry-after"]) - day_left_ms // 1000 <= 1
        locked.add(seen(answer))
    assert len(locked) == 1
    await homes.person_as(Customer).registers(MINORUS)
    await homes.clock.advance(day_left_ms)
    await homes.person_as(Customer).registers(HARUKAS)


async def test_a_meter_that_does_not_exist_is_locked_as_one_that_does(homes: World) -> None:
    answers = {}
    for point in (HARUKAS, UNKNOWN):
        strangers = [homes.person_as(Customer) for _ in range(5)]
        wrong = wish(point, customer_number="3310100009")
        answers[point.smid] = [seen(await each.tries(wrong)) for each in strangers]
    assert [said[0] for said in answers[HARUKAS.smid]] == [422, 422, 422, 429, 429]
    assert answers[HARUKAS.smid] == answers[UNKNOWN.smid]


async def test_three_wrong_tries_lock_the_visitor_out_of_every_meter(
    homes: World, haruka: Customer, minoru: Customer
) -> None:
    for number in range(3):
        await haruka.tries(wish(UNKNOWN, smid=f"SM-33-90000{number}"))
    answer = await haruka.tries(wish(HARUKAS))
    assert (answer.status_code, slug_of(answer)) == (429, "too-many-tries")
    await minoru.registers(HARUKAS)
    await homes.clock.advance(DAY_MS)
    await haruka.registers(HARUKAS)


async def test_guesses_that_come_at_once_are_counted_one_by_one(homes: World) -> None:
    strangers = [homes.person_as(Customer, f"198.51.100.{number}") for number in range(12)]
    answers = await asyncio.gather(*(each.tries(WRONG["the number"]) for each in strangers))
    assert Counter(answer.status_code for answer in answers) == {422: 3, 429: 9}


async def test_a_thousand_guesses_learn_nothing(homes: World) -> None:
    """A thousand phones behind a hundred addresses, each guessing one meter of a street."""
    street = [
        home(f"SM-33-1{each:05d}", f"33109{each:05d}", "7000031") for each in range(0, 500, 2)
    ]
    await move_in(homes.clock.now_ms(), *street)
    there = {point.smid for point in street}
    told: dict[bool, set[tuple[object, ...]]] = {True: set(), False: set()}
    for guess in range(1_000):
        stranger = homes.person_as(Customer, f"198.51.100.{guess % 100}")
        smid = f"SM-33-1{guess % 500:05d}"
        body = {"smid": smid, "customer_number": "3310999999", "postal_code": "7000031"}
        told[smid in there].add(seen(await stranger.tries(body)))
    assert told[True] == told[False]
    assert {said[0] for said in told[True]} == {422}
    assert await rows("registration") == []


async def test_an_address_that_guesses_all_day_is_shut_out(homes: World) -> None:
    async def guess(number: int, address: str = "198.51.100.1") -> httpx.Response:
        body = wish(UNKNOWN, smid=f"SM-33-9{number:05d}")
        return await homes.person_as(Customer, address).tries(body)

    statuses: Counter[int] = Counter()
    for number in range(TRIES_PER_ASKER + 5):
        statuses[(await guess(number)).status_code] += 1
        await homes.clock.advance(CALLS_PER_MS // CALLS_PER_ASKER)
    assert statuses == {422: TRIES_PER_ASKER, 429: 5}
    assert (await guess(0, "198.51.100.2")).status_code == 422


async def test_a_burst_of_right_answers_is_slowed_too(homes: World, haruka: Customer) -> None:
    for _ in range(CALLS_PER_ASKER):
        await haruka.registers(HARUKAS)
    answer = await haruka.tries(wish(HARUKAS))
    assert (answer.status_code, slug_of(answer)) == (429, "too-many-tries")
    assert int(answer.headers["retry-after"]) <= CALLS_PER_MS // CALLS_PER_ASKER // 1000 + 1


@pytest.mark.parametrize("table", ["registration", "outbox", "customer_try"])
async def test_no_statement_of_the_room_keeps_what_was_typed_for_a_guess(
    homes: World, haruka: Customer, table: str
) -> None:
    await haruka.tries(wish(HARUKAS, customer_number="3310100009"))
    kept = str(await rows(table))
    assert not any(word in kept for word in ("SM-33", "SM33", "3310100009", "192.0.2"))
