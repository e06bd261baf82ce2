"""Each host is sent to in its own pace, and one that is down or refuses us holds up no other."""

import pytest
from structlog.testing import capture_logs

from konsento.foundation.clock import TestClock
from konsento.foundation.databases import PEOPLE
from konsento.foundation.ids import CountingIds
from konsento.management.notices.dispatch.lane import Lane
from konsento.management.notices.dispatch.limits import (
    PROBE_EVERY_MS,
)
from konsento.management.notices.limits import AGAIN_MS_MAX
from konsento_push.delivery import Delivery
from konsento_push.web_push import Pushed
from tests.management.notices.dispatch.lanes import (
    HOST,
    OTHER,
    Post,
    all_of,
    browser_id,
    browsers,
    lane,
    owe,
    pushes,
    states,
)

LATER, GONE = Pushed(Delivery.LATER), Pushed(Delivery.GONE)
REFUSED_US = Pushed(Delivery.QUARANTINE)

pytestmark = pytest.mark.usefixtures("people")


async def test_nothing_goes_to_a_host_before_the_time_it_asked_for_and_others_go_on(
    sending: Lane, post: Post, clock: TestClock, ids: CountingIds
) -> None:
    here, there = await browsers(40, clock), await browsers(40, clock, OTHER)
    post.answers = {HOST: Pushed(Delivery.LATER, 120_000)}
    await owe(pushes("n1", [*here, *there]), clock)
    await all_of(sending)
    assert await states() == {"owed": 40, "sent": 40}
    asked = len([each for each in post.came if each.startswith(HOST)])
    assert asked <= 8  # those on their way when it spoke
    post.answers, post.came = {}, []
    await clock.advance(119_999)
    after_a_restart = lane(post, clock, ids)
    assert await all_of(sending) == await all_of(after_a_restart) == 0
    await clock.advance(1)
    await all_of(after_a_restart)
    assert await states() == {"sent": 80}
    rows = await PEOPLE.ask("SELECT attempts FROM parcel WHERE host = {}", HOST)
    assert sorted(each["attempts"] for each in rows) == [1] * (40 - asked) + [2] * asked


async def test_a_host_that_is_down_gets_one_probe_a_minute_from_all_processes(
    sending: Lane, post: Post, clock: TestClock, ids: CountingIds
) -> None:
    phones = await browsers(30, clock)
    post.answers = {HOST: LATER}
    await owe(pushes("n1", phones), clock)
    with capture_logs() as logged:
        await all_of(sending)
    assert "host down" in [line["event"] for line in logged]
    workers = [sending, lane(post, clock, ids)]
    post.came = []
    for _ in range(30):
        await clock.advance(PROBE_EVERY_MS // 10)
        for each in workers:
            await all_of(each)
    assert 1 <= len(post.came) <= 3
    post.answers = {}
    await clock.advance(PROBE_EVERY_MS)
    for _ in range(3):
        await all_of(workers[1])
        await clock.advance(AGAIN_MS_MAX)
    assert await states() == {"sent": 30}


async def test_a_host_that_refuses_us_loses_no_browser_and_no_notice(
    sending: Lane, post: Post, clock: TestClock
) -> None:
    phones = await browsers(30, clock)
    post.answers = {HOST: REFUSED_US}
    await owe(pushes("n1", phones), clock)
    with capture_logs() as logged:
        await all_of(sending)
    assert [line["event"] for line in logged if line["log_level"] == "error"] == ["host refuses us"]
    kept = await PEOPLE.ask("SELECT id FROM push_subscription WHERE quarantined_at_ms IS NULL")
    assert (len(kept), await states()) == (30, {"owed": 30})
    post.answers = {}
    for _ in range(3):
        await clock.advance(AGAIN_MS_MAX)
        await all_of(sending)
    assert await states() == {"sent": 30}


async def test_a_browser_that_alone_refuses_us_is_kept_apart(
    sending: Lane, post: Post, clock: TestClock
) -> None:
    phones = await browsers(4, clock)
    post.answers = {phones[0].endpoint: REFUSED_US}
    await owe(pushes("n1", phones), clock)
    await all_of(sending)
    apart = await PEOPLE.ask("SELECT id FROM push_subscription WHERE quarantined_at_ms > 0")
    assert [each["id"] for each in apart] == [browser_id(phones[0])]
    assert await states() == {"refused": 1, "sent": 3}
