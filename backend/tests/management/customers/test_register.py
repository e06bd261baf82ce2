"""Registering for a meter: what it takes, whom it tells, and that twice is once."""

import asyncio
from typing import Any

import pytest

from konsento.foundation.databases import PEOPLE
from konsento.management.customers import events
from konsento.management.customers.limits import (
    METERS_PER_VISITOR,
    REGISTRATIONS_PER_METER,
    SORTED_MAX,
)
from konsento.management.customers.registration import (
    others_told,
    registrations_by,
    registrations_in,
    registrations_of,
)
from tests.assembly.answers import is_dressed, slug_of
from tests.management.customers.homes import (
    AKANES,
    HARUKAS,
    MINORUS,
    Customer,
    home,
    listened,
    move_in,
    owed,
    wish,
)
from tests.management.world import World
from tests.town import HOUR_MS, Json

UNKNOWN = home("SM-33-999999", "3310199999", "7000099")
WRONG_NUMBER = wish(HARUKAS, customer_number="3310100009")


async def rows(table: str) -> list[dict[str, Any]]:
    return await PEOPLE.ask(f"SELECT * FROM {table} ORDER BY 1")


async def test_three_things_of_a_bill_register_a_meter(homes: World, haruka: Customer) -> None:
    answer = await haruka.tries(wish(HARUKAS, language="en"))
    is_dressed(answer)
    registration = (await haruka.said(answer))["registration_id"]
    assert await haruka.meters() == [
        {
            "registration_id": registration, "smid": HARUKAS.smid, "area": HARUKAS.area,
            "email": None, "email_state": "unset", "planned_mail": True,
            "since_ms": homes.clock.now_ms(),
        }
    ]  # fmt: skip
    assert await owed(events.NEW_REGISTRANT) == await owed(events.CONFIRM_MAIL) == []


@pytest.mark.parametrize(
    "typed",
    [
        {"smid": "sm 33 000001"},
        {"smid": "ＳＭ－３３－０００００１"},
        {"smid": "SM33000001"},
        {"smid": " SMー33ー000001 "},
        {"customer_number": "33-101-00001"},
        {"customer_number": "３３１０１　００００１"},
        {"postal_code": "〒700-0024"},
        {"postal_code": "７００−００２４"},
    ],
)
async def test_width_and_hyphens_do_not_count(haruka: Customer, typed: Json) -> None:
    await haruka.registers(HARUKAS, **typed)
    assert [each["smid"] for each in await haruka.meters()] == [HARUKAS.smid]


async def test_the_same_again_is_the_same_registration(homes: World, haruka: Customer) -> None:
    first = await haruka.registers(HARUKAS, email="haruka@example.jp")
    before = await rows("registration")
    await homes.clock.advance(HOUR_MS)
    assert await haruka.registers(HARUKAS, email="haruka@example.jp") == first
    assert await rows("registration") == before
    assert await owed(events.CONFIRM_MAIL) == [first]
    assert await haruka.registers(HARUKAS, language="en") == first
    (found,) = await registrations_by(before[0]["visitor"])
    assert (found.language, found.email_address_any) == ("en", "haruka@example.jp")
    assert await haruka.registers(HARUKAS, email="new@example.jp") == first
    assert await owed(events.CONFIRM_MAIL) == [first, first]


async def test_asked_at_once_it_is_one_registration(haruka: Customer) -> None:
    await haruka.meters()
    made = await asyncio.gather(*(haruka.registers(HARUKAS) for _ in range(5)))
    assert len(set(made)) == len(await haruka.meters()) == 1


async def test_who_lives_there_is_told_of_who_comes_after(
    homes: World, haruka: Customer, minoru: Customer
) -> None:
    first = await haruka.registers(HARUKAS)
    await homes.clock.advance(HOUR_MS)
    second = await minoru.registers(HARUKAS)
    assert await owed(events.NEW_REGISTRANT) == [second]
    assert [each.id for each in await others_told(second)] == [first]
    assert await others_told(first) == []
    await minoru.registers(HARUKAS)
    assert await owed(events.NEW_REGISTRANT) == [second]
    await minoru.registers(MINORUS)
    assert await owed(events.NEW_REGISTRANT) == [second]


async def test_several_people_a_meter_and_several_meters_a_person(
    haruka: Customer, minoru: Customer
) -> None:
    made = [await haruka.registers(HARUKAS), await haruka.registers(AKANES)]
    theirs = await minoru.registers(HARUKAS)
    assert [each["registration_id"] for each in await haruka.meters()] == sorted(made)
    assert [each["registration_id"] for each in await minoru.meters()] == [theirs]
    of_meter = await registrations_of([HARUKAS.smid, AKANES.smid, UNKNOWN.smid])
    assert sorted(each.id for each in of_meter) == sorted([*made, theirs])
    assert [each.id for each in await registrations_in([HARUKAS.area], "", 10)] == [made[0], theirs]
    both = [HARUKAS.area, AKANES.area]
    assert len(await registrations_in(both, "", 10)) == 3
    first = await registrations_in(both, "", 2)
    (last,) = await registrations_in(both, first[-1].id, 2)
    assert [*(each.id for each in first), last.id] == sorted([*made, theirs])
    assert await registrations_in([], "", 10) == await registrations_of([]) == []


async def test_there_is_an_end_to_how_many_register(homes: World) -> None:
    for number in range(REGISTRATIONS_PER_METER):
        await homes.person_as(Customer, f"198.51.100.{number}").registers(HARUKAS)
    late = homes.person_as(Customer)
    answer = await late.tries(wish(HARUKAS))
    assert (answer.status_code, slug_of(answer)) == (409, "too-many-registrations")
    wrong = await homes.person_as(Customer).tries(WRONG_NUMBER)
    assert wrong.status_code == 422
    street = [
        home(f"SM-33-2{number:05d}", f"33108{number:05d}", "7000031")
        for number in range(METERS_PER_VISITOR + 1)
    ]
    await move_in(homes.clock.now_ms(), *street)
    for point in street[:-1]:
        await late.registers(point)
    assert slug_of(await late.tries(wish(street[-1]))) == "too-many-registrations"


BAD: list[Json] = [
    {"smid": ""}, {"smid": "S" * 41}, {"smid": 33}, {"smid": None}, {"customer_number": ["1"]},
    {"postal_code": ""}, {"language": "fr"}, {"email": "nobody"}, {"email": "a@b\nBcc: c@d"},
    {"email": "a@b c"}, {"email": "<a@b>"}, {"email": "a@" + "b" * 300}, {"email": 5},
    {"visitor": "somebody"}, {"address": "岡山市"},
]  # fmt: skip


async def test_what_is_no_wish_is_refused_and_counts_as_no_try(
    homes: World, haruka: Customer
) -> None:
    for edited in BAD:
        answer = await haruka.tries(wish(HARUKAS) | edited)
        assert (answer.status_code, slug_of(answer)) == (400, "invalid-request"), edited
    for unfit in ("用户@example.jp", "a@exa_mple.jp", "a@b..jp"):
        answer = await haruka.tries(wish(HARUKAS, email=unfit))
        assert (answer.status_code, slug_of(answer)) == (422, "mail-address-unfit"), unfit
    assert await rows("customer_try") == await rows("registration") == await rows("outbox") == []


async def test_a_registration_comes_with_all_that_follows_from_it_or_not_at_all(
    homes: World, haruka: Customer, minoru: Customer
) -> None:
    await minoru.registers(HARUKAS)
    await haruka.meters()
    tables = ("registration", "outbox", "customer_try")
    before = [await rows(table) for table in tables]
    done: list[str] = []
    for dies_at in range(1, 100):
        done.clear()
        with listened(done, dies_at=dies_at):
            answer = await haruka.tries(wish(HARUKAS, email="haruka@example.jp"))
        if answer.status_code == 201:
            break
        assert answer.status_code == 500
        assert [await rows(table) for table in tables] == before
    assert len(done) > 8
    assert len(await owed(events.NEW_REGISTRANT)) == len(await owed(events.CONFIRM_MAIL)) == 1


async def test_a_city_is_paged_as_a_street_is(homes: World, haruka: Customer) -> None:
    """Past so many meters another way to read is faster; the answer is the same."""
    made = [await haruka.registers(point) for point in (HARUKAS, MINORUS, AKANES)]
    city = [
        home(f"SM-34-{number:06d}", f"3420{number:06d}", "7000031", area="34100-001")
        for number in range(SORTED_MAX)
    ]
    await move_in(homes.clock.now_ms(), *city)
    areas = [HARUKAS.area, AKANES.area]
    for asked in (areas, [*areas, "34100-001"]):
        first = await registrations_in(asked, "", 2)
        rest = await registrations_in(asked, first[-1].id, 2)
        assert [each.id for each in (*first, *rest)] == sorted(made)
        assert {each.area for each in first} <= set(areas)
