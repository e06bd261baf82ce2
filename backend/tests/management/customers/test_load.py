"""The table is loaded whole or not at all; who has moved out is told no more."""

import asyncio

import msgspec
import pytest

from konsento.foundation.databases import PEOPLE
from konsento.management.customers.areas import counts
from konsento.management.customers.customer_table import UsagePoint
from konsento.management.customers.forget import forget_old
from konsento.management.customers.limits import DAY_MS, ENDED_KEPT_MS, LOADED_AT_ONCE
from konsento.management.customers.load import ReadsTheSame, end_moved_out, load
from konsento.management.customers.registration import registrations_of
from tests.assembly.answers import slug_of
from tests.management.customers.homes import (
    AKANES,
    HARUKAS,
    MINORUS,
    Customer,
    Died,
    home,
    listened,
    on,
    wish,
)
from tests.management.world import World
from tests.town import Json

MAIL = "haruka@example.jp"


async def points() -> list[Json]:
    return await PEOPLE.ask("SELECT * FROM usage_point ORDER BY smid")


def gone(point: UsagePoint, at_ms: int) -> UsagePoint:
    return msgspec.structs.replace(point, moved_out_at_ms=at_ms)


async def test_the_same_table_twice_changes_nothing(homes: World, haruka: Customer) -> None:
    await haruka.registers(HARUKAS)
    before, now_ms = await points(), homes.clock.now_ms()
    done = await load((HARUKAS, MINORUS, AKANES), now_ms)
    assert (done.counts, done.ended) == ({"same": 3}, 0)
    moved = msgspec.structs.replace(MINORUS, address="岡山市北区昭和町3")
    done = await load((HARUKAS, moved, home("SM-33-000004", "3310100004", "7000024")), now_ms)
    assert (done.counts, done.ended) == ({"same": 1, "changed": 1, "new": 1}, 0)
    assert len(await points()) == len(before) + 1
    assert [each["smid"] for each in await haruka.meters()] == [HARUKAS.smid]


async def test_moving_out_ends_what_was_registered_and_forgets_its_addresses(
    homes: World, haruka: Customer, minoru: Customer
) -> None:
    for someone in (haruka, minoru):
        await someone.registers(HARUKAS, email=MAIL)
    await minoru.registers(MINORUS)
    now_ms = homes.clock.now_ms()
    assert (await load([gone(HARUKAS, now_ms)], now_ms)).ended == 2
    assert await haruka.meters() == []
    assert [each["smid"] for each in await minoru.meters()] == [MINORUS.smid]
    kept = await PEOPLE.ask("SELECT * FROM registration WHERE smid = {}", HARUKAS.smid)
    assert {(row["email"], row["ended_at_ms"]) for row in kept} == {(None, now_ms)}
    assert slug_of(await haruka.tries(wish(HARUKAS))) == "meter-not-matched"
    assert (await load([gone(HARUKAS, now_ms)], now_ms)).ended == 0


async def test_who_comes_after_them_has_another_number(homes: World, haruka: Customer) -> None:
    await haruka.registers(HARUKAS)
    next_tenant = msgspec.structs.replace(HARUKAS, customer_number="3310199991", holder=None)
    assert (await load([next_tenant], homes.clock.now_ms())).ended == 1
    assert await registrations_of([HARUKAS.smid]) == []
    await haruka.registers(next_tenant)


async def test_a_move_told_ahead_ends_with_its_day(homes: World, haruka: Customer) -> None:
    await haruka.registers(HARUKAS)
    leaves_ms = homes.clock.now_ms() + DAY_MS
    assert (await load([gone(HARUKAS, leaves_ms)], homes.clock.now_ms())).ended == 0
    assert await end_moved_out(leaves_ms - 1) == 0
    assert len(await haruka.meters()) == 1
    assert [await end_moved_out(leaves_ms), await end_moved_out(leaves_ms)] == [1, 0]
    assert await haruka.meters() == []


async def test_a_table_longer_than_a_statement_is_loaded_whole_or_not_at_all(
    homes: World, haruka: Customer
) -> None:
    await haruka.registers(HARUKAS)
    now_ms = homes.clock.now_ms()
    street = [
        home(f"SM-33-2{number:05d}", f"33108{number:05d}", "7000031")
        for number in range(2 * LOADED_AT_ONCE)
    ]
    table = [gone(HARUKAS, now_ms), *street]
    before = await points(), await haruka.meters()
    done: list[str] = []
    for dies_at in range(1, 50):
        done.clear()
        try:
            with listened(done, dies_at=dies_at):
                await load(table, now_ms)
        except Died:
            assert (await points(), await haruka.meters()) == before
        else:
            break
    assert len(done) > 6
    assert (len(await points()), await haruka.meters()) == (len(before[0]) + len(street), [])


async def test_meters_that_read_the_same_are_not_both_taken(homes: World) -> None:
    before = await points()
    alike = home("SM-330-00001", "3310100077", "7000024")
    with pytest.raises(ReadsTheSame) as refused:
        await load([home("SM-33-000005", "3310100005", "7000024"), alike], homes.clock.now_ms())
    assert refused.value.smids == ["SM-330-00001"]
    assert await points() == before


async def test_areas_are_counted_and_nobody_is_named(
    homes: World, haruka: Customer, minoru: Customer
) -> None:
    for someone in (haruka, minoru):
        await someone.registers(HARUKAS, email=MAIL)
    now_ms = homes.clock.now_ms()
    left = home("SM-33-000008", "3310100008", "7000024", moved_out_at_ms=now_ms)
    await load([left], now_ms)
    told = await counts(now_ms)
    assert [(each.area, each.meters, each.registered) for each in told.areas] == [
        (HARUKAS.area, 2, 1), (AKANES.area, 1, 0),
    ]  # fmt: skip
    crosses = msgspec.json.encode(told).decode()
    assert not any(word in crosses for word in (MAIL, "SM-33", "春日", HARUKAS.customer_number))


async def test_what_is_over_is_forgotten_in_time(homes: World, haruka: Customer) -> None:
    ended = await haruka.registers(HARUKAS, email=MAIL)
    await on(homes, ended)
    await haruka.leaves_meter(ended)
    kept = await haruka.registers(MINORUS)
    await haruka.tries(wish(HARUKAS, postal_code="1"))
    await homes.clock.advance(ENDED_KEPT_MS - 1)
    await forget_old(homes.clock.now_ms())
    ids = "SELECT id FROM registration ORDER BY id"
    assert [row["id"] for row in await PEOPLE.ask(ids)] == [ended, kept]
    for table in ("customer_try", "mail_confirm"):
        assert await PEOPLE.ask(f"SELECT * FROM {table}") == []
    await homes.clock.advance(1)
    await forget_old(homes.clock.now_ms())
    assert [row["id"] for row in await PEOPLE.ask(ids)] == [kept]


async def test_who_registers_while_they_are_moved_out_is_told_nothing(
    homes: World, haruka: Customer
) -> None:
    """Whichever comes first, the registration or the table."""
    now_ms = homes.clock.now_ms()
    for number in range(10):
        point = home(f"SM-33-30000{number}", f"331070000{number}", "7000031")
        await load([point], now_ms)
        someone = homes.person_as(Customer, f"198.51.100.{number}")
        moving, asking = load([gone(point, now_ms)], now_ms), someone.tries(wish(point))
        first, second = (moving, asking) if number % 2 else (asking, moving)
        await asyncio.gather(first, second)
        assert await registrations_of([point.smid]) == []
