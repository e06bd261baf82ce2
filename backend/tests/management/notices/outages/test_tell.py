"""From an event of the outage room to the words on the phones and in the mailboxes of a street."""

import contextlib

import pytest

from konsento.foundation.databases import PEOPLE
from konsento.management.customers.unsubscribe import stop_mails
from konsento.management.notices.outages import store
from konsento.management.notices.outages.follow import follow_once
from konsento.management.notices.outages.weigh import weigh_all_again
from konsento.outage.contract import Cause, ExpectedAt, Scope
from tests.management.mortal import Died, listened
from tests.management.notices.outages.outage_room import view
from tests.management.notices.outages.registered_street import MINUTE_MS, RegisteredStreet

HOUR_MS = 60 * MINUTE_MS


async def test_those_in_the_dark_are_told_and_their_neighbours_are_not(
    lived_in: RegisteredStreet,
) -> None:
    street = lived_in
    await street.goes_dark("feeder", 0, 1)
    assert street.pushed(0) == street.pushed(1) == ["area"]
    assert street.pushed(2) == []
    assert street.mailed(0) == ["停電情報のお知らせ"]
    assert street.mailed(1) == ["Power outage notice"]
    assert street.mailed(2) == []


async def test_looking_again_tells_nothing_twice(lived_in: RegisteredStreet) -> None:
    street = lived_in
    await street.goes_dark("feeder", 0, 1)
    street.room.say(street.room.views["feeder"])
    await street.work()
    await street.minutes(1)
    await weigh_all_again(street.teller)
    await street.work()
    assert street.pushed(0) == ["area"]
    assert len(street.mailed(0)) == 1


async def test_what_changes_is_told_in_one_thread(lived_in: RegisteredStreet) -> None:
    street = lived_in
    await street.goes_dark("feeder", 0)
    await street.over(
        "feeder", expected=ExpectedAt(street.clock.now_ms() + HOUR_MS), cause=Cause.TREE
    )
    await street.comes_back(0)
    await street.over("feeder")
    assert await street.told(0) == ["area", "expected_changed", "restored"]
    assert len({each.tag for each in street.mails.mails}) == 1
    assert len({each.subject for each in street.mails.mails}) == 1
    third, second, first = street.mails.mails
    assert len(first.references) == 1  # what all of the thread refer to
    assert second.references == (*first.references, first.message_id)
    assert third.references == (*second.references, second.message_id)


async def test_a_mail_can_be_answered_by_one_click_and_stands_in_its_thread(
    lived_in: RegisteredStreet,
) -> None:
    street = lived_in
    await street.goes_dark("feeder", 0)
    mail = street.mails.mails[0]
    assert mail.unsubscribe is not None
    token = mail.unsubscribe.rpartition("/")[2]
    assert f"https://konsento.example/mail/stop#{token}" in mail.text
    assert await stop_mails(token, street.teller.mail_secret) == "outages"
    await street.over("feeder", cause=Cause.TREE)
    assert await street.told(0) == ["area", "cause_changed"]
    assert len(street.mailed(0)) == 1
    assert street.pushed(0) == ["area", "cause_changed"]
    assert "https://konsento.example/power" in mail.text


async def test_an_own_meter_alone_says_that_its_power_is_back(lived_in: RegisteredStreet) -> None:
    street = lived_in
    await street.goes_dark("feeder", 0, 1)
    await street.comes_back(0)
    street.room.meter(street.smid(1), "unknown", heard_until_ms=0)
    await street.over("feeder")
    assert await street.told(0) == ["area", "restored"]
    assert await street.told(1) == ["area", "area_back_yours_silent"]
    await street.comes_back(1)
    await street.minutes(1)
    assert await street.told(1) == ["area", "area_back_yours_silent", "restored"]


async def test_the_own_premises_are_told_to_their_own_customer(
    lived_in: RegisteredStreet,
) -> None:
    street = lived_in
    smid, now_ms = street.smid(2), street.clock.now_ms()
    street.room.meter(smid, "own_premises", grade="confirmed", since_ms=now_ms, outage="own")
    street.room.say(view("own", now_ms, scope=Scope.OWN_PREMISES, places=(smid,), out=1))
    await street.work()
    assert street.pushed(2) == ["own_confirmed"]
    assert street.pushed(0) == []
    assert "宅内ブレーカが落ちています" in street.mails.mails[0].text


async def test_communication_lost_is_told_to_nobody(lived_in: RegisteredStreet) -> None:
    street = lived_in
    for number in range(3):
        street.room.meter(street.smid(number), "unknown")
    street.room.say(view("feeder", street.clock.now_ms()))
    await street.work()
    assert street.phones.shown == []
    assert street.mails.mails == []


async def test_a_late_reading_takes_it_back(lived_in: RegisteredStreet) -> None:
    street = lived_in
    await street.goes_dark("feeder", 0)
    street.room.meter(
        street.smid(0), "powered", heard_until_ms=street.clock.now_ms() - 20 * MINUTE_MS
    )
    await street.over("feeder", retracted=True)
    assert await street.told(0) == ["area", "taken_back"]
    await street.minutes(60)
    await street.goes_dark("feeder", 0)
    assert await street.told(0) == ["area", "taken_back", "area"]


async def test_an_outage_that_absorbs_another_is_no_news(lived_in: RegisteredStreet) -> None:
    street = lived_in
    await street.goes_dark("small", 0)
    street.room.merged["small"] = "large"
    del street.room.views["small"]
    await street.goes_dark("large", 0, 1)
    assert await street.told(0) == ["area"]
    assert await street.told(1) == ["area"]
    await street.comes_back(0, 1)
    await street.over("large")
    assert await street.told(0) == ["area", "restored"]


async def test_the_rest_of_a_feeder_is_told_that_theirs_is_silent(
    lived_in: RegisteredStreet,
) -> None:
    street = lived_in
    await street.goes_dark("feeder", 0, 1)
    await street.comes_back(0)
    began_ms = street.clock.now_ms()
    street.room.meter(street.smid(1), "area", since_ms=began_ms, outage="transformer")
    street.room.say(view("transformer", began_ms, out=1, parent="feeder"))
    await street.over("feeder")
    assert await street.told(0) == ["area", "restored"]
    assert await street.told(1) == ["area", "area_back_yours_silent"]


async def test_a_room_that_does_not_answer_tells_nobody_and_is_asked_again(
    lived_in: RegisteredStreet,
) -> None:
    street = lived_in
    street.room.say(view("feeder", street.clock.now_ms()))
    street.room.meter(street.smid(0), "area", outage="feeder")
    await follow_once(street.teller, wait_s=0)
    street.room.fails = True
    with pytest.raises(Exception, match="nobody is there"):
        await street.work()
    street.room.fails = False
    await street.clock.advance(MINUTE_MS)
    await street.work()
    assert street.pushed(0) == ["area"]


async def test_whoever_ended_their_registration_is_told_nothing_more(
    lived_in: RegisteredStreet,
) -> None:
    street = lived_in
    await street.goes_dark("feeder", 0)
    async with PEOPLE.writing():
        await PEOPLE.ask("UPDATE registration SET ended_at_ms = 1 WHERE id = {}", street.rid(0))
    await street.comes_back(0)
    await street.over("feeder")
    assert street.pushed(0) == ["area"]


async def test_an_older_notice_that_was_not_sent_yet_gives_way_to_a_newer_one(
    lived_in: RegisteredStreet,
) -> None:
    street = lived_in
    sent = street.post
    street.post = _nothing  # type: ignore[method-assign]
    await street.goes_dark("feeder", 0)
    await street.comes_back(0)
    await street.over("feeder")
    street.post = sent  # type: ignore[method-assign]
    await street.post()
    assert street.pushed(0) == ["restored"]


async def _nothing() -> None:
    """The post does not go."""


async def settle(street: RegisteredStreet) -> None:
    """The outbox and the lane take up what died under somebody's hands."""
    for _ in range(4):
        await street.minutes(2)
        await street.work()


async def test_who_waits_is_not_forgotten_however_long_it_takes(
    lived_in: RegisteredStreet,
) -> None:
    street = lived_in
    await street.goes_dark("feeder", 0, 1)
    await street.comes_back(1)
    await street.minutes(1)
    month_later_ms = street.clock.now_ms() + 31 * 24 * HOUR_MS
    await store.forget_before(0, month_later_ms, 0)
    assert set(await store.standings([street.rid(0), street.rid(1)])) == {street.rid(0)}
    await weigh_all_again(street.teller)
    await street.work()
    assert await street.told(0) == ["area"]


STATEMENTS = 80  # at least as many as are made below


@pytest.mark.parametrize("dies_at", range(1, STATEMENTS, 3))
async def test_killed_before_any_statement_nothing_is_lost_and_nothing_doubled(
    lived_in: RegisteredStreet, dies_at: int
) -> None:
    """What was on its way when we died goes out again as the same: one tag, one Message-ID."""
    street, done = lived_in, list[str]()
    with contextlib.suppress(Died), listened(done, dies_at=dies_at):
        await street.goes_dark("feeder", 0, 1)
    await settle(street)
    assert await told_and_sent(street) == [["area"], ["area"], []]
    await street.comes_back(0, 1)
    done.clear()
    with contextlib.suppress(Died), listened(done, dies_at=dies_at):
        await street.over("feeder")
    await settle(street)
    assert await told_and_sent(street) == [["area", "restored"], ["area", "restored"], []]


async def told_and_sent(street: RegisteredStreet) -> list[list[str]]:
    """By home what was told, each of which came to the browser and to the mailbox as one."""
    told = [await street.told(number) for number in range(3)]
    for number, kinds in enumerate(told):
        assert list(dict.fromkeys(street.pushed(number))) == kinds
        mails = {
            each.message_id for each in street.mails.mails if each.to == f"home{number}@example.jp"
        }
        assert len(mails) == len(kinds)
    return told
    assert set(street.room.awaited) == {street.smid(1)}


async def test_whose_area_is_back_and_who_is_silent_is_asked_until_their_meter_speaks(
    lived_in: RegisteredStreet,
) -> None:
    street = lived_in
    await street.goes_dark("feeder", 0, 1)
    assert street.room.awaited == []
    await street.over("feeder")
    assert await street.told(0) == ["area", "area_back_yours_silent"]
    assert set(street.room.awaited) == {street.smid(0), street.smid(1)}
    await street.comes_back(0)
    street.room.awaited.clear()
    await street.minutes(1)
    assert await street.told(0) == ["area", "area_back_yours_silent", "restored"]
    assert street.room.awaited == [street.smid(1)]
    await street.minutes(120)
    street.room.awaited.clear()
    await street.minutes(1)
    assert street.room.awaited == []
    assert await street.told(1) == ["area", "area_back_yours_silent"]
