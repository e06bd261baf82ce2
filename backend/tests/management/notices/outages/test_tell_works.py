"""Planned works, from the office's word to the phones and mailboxes of a street."""

from konsento.foundation.databases import PEOPLE
from konsento.outage.contract import Cause, Kind
from tests.management.notices.outages.outage_room import view
from tests.management.notices.outages.registered_street import MINUTE_MS, RegisteredStreet

HOUR_MS = 60 * MINUTE_MS


async def test_works_are_told_ahead_by_the_list_of_works(lived_in: RegisteredStreet) -> None:
    street = lived_in
    now_ms = street.clock.now_ms()
    async with PEOPLE.writing():
        await PEOPLE.ask(
            "UPDATE registration SET planned_mail = {} WHERE id = {}", False, street.rid(1)
        )
    for number in range(2):
        street.room.meter(street.smid(number), "powered", heard_until_ms=now_ms, planned="works")
    works = view(
        "works", now_ms + 48 * HOUR_MS, kind=Kind.PLANNED, cause=Cause.WORKS, areas=(),
        planned_until_ms=now_ms + 50 * HOUR_MS,
    )  # fmt: skip
    street.room.say(works)
    await street.work()
    assert street.pushed(0) == street.pushed(1) == ["planned_ahead"]
    assert len(street.mailed(0)) == 1
    assert street.mailed(1) == []
    assert street.pushed(2) == []
    await street.over("works", started_at_ms=now_ms + 49 * HOUR_MS)
    await street.over("works", retracted=True)
    assert await street.told(0) == ["planned_ahead", "planned_moved", "planned_cancelled"]


async def test_on_the_eve_of_works_whoever_has_their_mails_is_told_once_more(
    lived_in: RegisteredStreet,
) -> None:
    street = lived_in
    now_ms = street.clock.now_ms()
    async with PEOPLE.writing():
        await PEOPLE.ask(
            "UPDATE registration SET planned_mail = {} WHERE id = {}", False, street.rid(1)
        )
    for number in range(2):
        street.room.meter(street.smid(number), "powered", heard_until_ms=now_ms, planned="works")
    street.room.say(
        view(
            "works", now_ms + 72 * HOUR_MS, kind=Kind.PLANNED, cause=Cause.WORKS, areas=(),
            planned_until_ms=now_ms + 74 * HOUR_MS,
        )
    )  # fmt: skip
    await street.work()
    for _ in range(71):
        await street.minutes(60)
    assert await street.told(0) == await street.told(1) == ["planned_ahead", "planned_eve"]
    assert street.pushed(1) == ["planned_ahead", "planned_eve"]
    assert (len(street.mailed(0)), len(street.mailed(1))) == (2, 0)
    (last, _) = (each for each in street.mails.mails if each.to == "home0@example.jp")
    assert "再度のお知らせ：" in last.text
