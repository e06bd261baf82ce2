"""Pages go out, each host in its own pace, and what was answered is acted on."""

import asyncio

import pytest
from structlog.testing import capture_logs

from konsento.foundation.clock import TestClock
from konsento.foundation.databases import PEOPLE
from konsento.management.notices.dispatch.lane import Lane, forget_over
from konsento.management.notices.dispatch.lease import End, hosts_due, lease, write_down
from konsento.management.notices.dispatch.limits import (
    ATTEMPTS_MAX,
    KEPT_MS,
    LEASE_MS,
    PAGE,
)
from konsento.management.notices.dispatch.owe import owe_parcels
from konsento.management.notices.dispatch.parcel import State
from konsento.management.notices.dispatch.road import Road
from konsento.management.notices.limits import AGAIN_MS_MAX, FAILURES_MAX
from konsento_push.delivery import Delivery
from konsento_push.web_push import Pushed
from tests.management.notices.dispatch.lanes import (
    HOST,
    OTHER,
    Post,
    all_of,
    browser_id,
    browsers,
    mails,
    owe,
    pushes,
    row,
    states,
)

LATER, GONE = Pushed(Delivery.LATER), Pushed(Delivery.GONE)
REFUSED_US = Pushed(Delivery.QUARANTINE)

pytestmark = pytest.mark.usefixtures("people")


async def test_everything_owed_goes_out_once_by_push_and_by_mail(
    sending: Lane, post: Post, clock: TestClock
) -> None:
    phones = [*await browsers(PAGE + 5, clock), *await browsers(3, clock, OTHER)]
    parcels = [*pushes("n1", phones), *mails("n1", ["r1", "r2"])]
    await owe(parcels, clock)
    assert await all_of(sending) == PAGE + 10
    assert sorted(post.came) == sorted(
        [*(each.endpoint for each in phones), "r1@example.jp", "r2@example.jp"]
    )
    assert await states() == {"sent": PAGE + 10}
    await owe(parcels, clock)
    assert await all_of(sending) == 0


async def test_the_same_notice_is_owed_once_however_often_it_is_owed(
    sending: Lane, post: Post, clock: TestClock
) -> None:
    phones = await browsers(2, clock)
    for _ in range(2):
        await owe(pushes("n1", phones), clock)
    assert await all_of(sending) == 2
    assert len(post.came) == 2


async def test_what_is_no_longer_true_and_whoever_is_gone_is_dropped(
    sending: Lane, post: Post, clock: TestClock
) -> None:
    phones = await browsers(2, clock)
    await owe([*pushes("old", phones[:1]), *pushes("n1", phones[1:])], clock)
    post.untrue = {"old"}
    async with PEOPLE.writing():
        await PEOPLE.ask("DELETE FROM push_subscription WHERE id = {}", browser_id(phones[1]))
    await all_of(sending)
    assert (post.came, await states()) == ([], {"dropped": 2})


async def test_what_cannot_be_put_into_words_holds_up_nothing_else(
    sending: Lane, post: Post, clock: TestClock
) -> None:
    phones = await browsers(3, clock)
    await owe([*pushes("bad", phones[:1]), *pushes("n1", phones[1:])], clock)
    post.unspeakable = {"bad"}
    with capture_logs() as logged:
        await sending.work_once()
    assert await states() == {"sent": 2, "owed": 1}
    assert [line["event"] for line in logged if line["log_level"] == "error"] == [
        "parcel without words"
    ]
    for _ in range(ATTEMPTS_MAX):
        await clock.advance(AGAIN_MS_MAX)
        await sending.work_once()
    assert await states() == {"sent": 2, "given_up": 1}


async def test_a_browser_that_is_gone_is_forgotten(
    sending: Lane, post: Post, clock: TestClock
) -> None:
    phones = await browsers(2, clock)
    post.answers = {phones[0].endpoint: GONE}
    await owe(pushes("n1", phones), clock)
    await all_of(sending)
    assert await states() == {"gone": 1, "sent": 1}
    left = await PEOPLE.ask("SELECT id FROM push_subscription")
    assert [each["id"] for each in left] == [browser_id(phones[1])]


async def test_a_mailbox_that_is_gone_is_told_to_whoever_keeps_it(
    sending: Lane, post: Post, clock: TestClock
) -> None:
    post.answers = {"r1@example.jp": GONE, "r3@example.jp": Pushed(Delivery.NEVER)}
    await owe(mails("n1", ["r1", "r2", "r3"]), clock)
    await all_of(sending)
    assert post.bounced == ["r1"]
    assert await states() == {"gone": 1, "sent": 1, "refused": 1}


async def test_a_browser_refused_for_good_again_and_again_is_gone(
    sending: Lane, post: Post, clock: TestClock
) -> None:
    (phone,) = await browsers(1, clock)
    post.answers = {phone.endpoint: Pushed(Delivery.NEVER)}
    for number in range(FAILURES_MAX):
        await owe(pushes(f"n{number}", [phone]), clock)
        await all_of(sending)
    assert await PEOPLE.ask("SELECT id FROM push_subscription") == []


async def test_what_was_leased_by_one_that_died_goes_out_when_the_lease_ends(
    sending: Lane, post: Post, clock: TestClock
) -> None:
    phones = await browsers(3, clock)
    parcels = pushes("n1", phones)
    await owe(parcels, clock)
    _, leased = await lease(Road(host=HOST), "page of the dead", clock.now_ms())
    assert sorted(each.id for each in leased) == sorted(each.id for each in parcels)
    assert await all_of(sending) == 0
    await clock.advance(LEASE_MS)
    assert await all_of(sending) == 3
    assert (await row(parcels[0]))["attempts"] == 2


async def test_what_is_on_its_way_here_is_not_taken_again_however_fast_the_clock_runs(
    clock: TestClock,
) -> None:
    phones = await browsers(3, clock)
    await owe(pushes("n1", phones), clock)
    await lease(Road(host=HOST), "mine", clock.now_ms())
    late_ms = clock.now_ms() + LEASE_MS * 9
    assert await lease(Road(host=HOST), "next", late_ms, ["mine"]) == (Road(host=HOST), [])
    _, taken = await lease(Road(host=HOST), "another's", late_ms, ["some page"])
    assert len(taken) == 3


async def test_one_that_came_back_too_late_changes_nothing(clock: TestClock) -> None:
    parcels = pushes("n1", await browsers(1, clock))
    await owe(parcels, clock)
    _, mine = await lease(Road(host=HOST), "mine", clock.now_ms())
    await lease(Road(host=HOST), "another's", clock.now_ms() + LEASE_MS)
    async with PEOPLE.writing():
        await write_down("mine", [End(mine[0], State.SENT)], clock.now_ms())
    assert await states() == {"owed": 1}


async def test_what_cannot_be_handed_over_holds_up_nothing_else(
    sending: Lane, post: Post, clock: TestClock
) -> None:
    phones = await browsers(4, clock)
    post.broken = {phones[0].endpoint}
    await owe(pushes("n1", phones), clock)
    with capture_logs() as logged:
        await sending.work_once()
    assert await states() == {"owed": 1, "sent": 3}
    assert "parcel not handed over" in [line["event"] for line in logged]


async def test_it_works_until_it_is_told_to_finish_and_begins_when_it_is_rung(
    sending: Lane, post: Post, clock: TestClock
) -> None:
    phones = await browsers(5, clock)
    async with asyncio.TaskGroup() as group:
        group.create_task(sending.work())
        async with PEOPLE.writing() as tx:
            await owe_parcels(tx, pushes("n1", phones), clock.now_ms(), sending.wake)
        async with asyncio.timeout(20):
            while len(post.came) < 5:
                await sending.wake.wait(100, since=sending.wake.rings)
        await sending.finish(5_000)
    assert await states() == {"sent": 5}


async def test_a_wait_that_is_too_long_and_a_parcel_tried_too_often_come_to_an_end(
    sending: Lane, post: Post, clock: TestClock
) -> None:
    phones = await browsers(2, clock)
    post.answers = {phones[0].endpoint: LATER}
    await owe(pushes("n1", phones), clock)
    for _ in range(ATTEMPTS_MAX + 30):
        await all_of(sending)
        await clock.advance(AGAIN_MS_MAX)
    assert await states() == {"sent": 1, "given_up": 1}
    assert await hosts_due(clock.now_ms()) == {}


async def test_what_is_over_is_forgotten_and_what_is_owed_is_not(
    sending: Lane, clock: TestClock
) -> None:
    phones = await browsers(2, clock)
    await owe(pushes("n1", phones), clock)
    await all_of(sending)
    await owe(pushes("n2", phones), clock)
    await clock.advance(KEPT_MS)
    await forget_over(clock.now_ms())
    assert await states() == {"sent": 2, "owed": 2}
    await forget_over(clock.now_ms() + 1)
    assert await states() == {"owed": 2}
