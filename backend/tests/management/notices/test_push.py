"""One notice to one browser: what its service answers is acted on; a crash tells nothing less."""

import contextlib
import itertools
from collections.abc import AsyncIterator
from functools import partial

import pytest
import pytest_asyncio

from konsento.assembly.schema import PEOPLE_STEPS
from konsento.foundation.clock import TestClock
from konsento.foundation.databases import PEOPLE
from konsento.foundation.ids import CountingIds
from konsento.foundation.limits import OUTBOX_ATTEMPTS, OUTBOX_LEASE_MS
from konsento.foundation.outbox import Handler, Outbox
from konsento.management.notices import events
from konsento.management.notices.announce import announce, forget_told
from konsento.management.notices.hands import Herald
from konsento.management.notices.limits import FAILURES_MAX, NOTICE_KEPT_MS
from konsento.management.notices.notice import Kind, Notice, trial
from konsento.management.notices.push import again_ms, push
from konsento.management.notices.subscribe import subscribe
from konsento_push.delivery import Delivery
from konsento_push.notification import Notification
from konsento_push.subscription import Subscription, push_hosts
from konsento_push.web_push import Pushed
from tests.conftest import OpenDatabase
from tests.management.mortal import Died
from tests.management.notices.mortal import Mortal
from tests.push.pushbox import Browser

HOME = "https://konsento.example"
SERVICE = "https://push.example"
VISITOR = "v1"
HOUR_MS = 3_600_000


class Moody:
    """Answers as it is told, and remembers what it was handed."""

    public_key = "key"

    def __init__(self, *answers: Pushed) -> None:
        self.answers = list(answers)
        self.handed: list[tuple[str, Notification]] = []

    async def send(self, subscription: Subscription, notification: Notification) -> Pushed:
        self.handed.append((subscription.endpoint, notification))
        return self.answers.pop(0) if self.answers else Pushed(Delivery.SENT)

    async def close(self) -> None:
        """Nothing was opened."""


@pytest_asyncio.fixture(autouse=True)
async def people(open_database: OpenDatabase) -> AsyncIterator[None]:
    await open_database(PEOPLE, PEOPLE_STEPS)
    yield


@pytest.fixture
def pusher() -> Moody:
    return Moody()


@pytest.fixture
def herald(clock: TestClock, ids: CountingIds, pusher: Moody) -> Herald:
    return Herald(clock, ids, Outbox(PEOPLE, ids), HOME, push_hosts("push.example"), pusher)


def handlers(herald: Herald) -> dict[str, Handler]:
    return {events.PUSH: partial(push, herald=herald)}


async def work(herald: Herald, clock: TestClock) -> int:
    return await herald.outbox.work_once(handlers(herald), clock)


async def subscribed(herald: Herald, name: str = "b1", visitor: str = VISITOR) -> Browser:
    browser = Browser(SERVICE, name)
    await subscribe(visitor, browser.subscription, "en", herald)
    return browser


async def rows() -> list[dict[str, object]]:
    return await PEOPLE.ask("SELECT * FROM push_subscription")


def idle(clock: TestClock, **more: object) -> Notice:
    facts = {"kind": Kind.IDLE, "visitor": VISITOR, "session_id": "s1", "occasion": "1490",
             "at_ms": clock.now_ms(), "until_ms": clock.now_ms() + 600_000}  # fmt: skip
    return Notice(**{**facts, **more})  # type: ignore[arg-type]


async def test_the_same_news_is_told_once_however_often_it_is_announced(
    herald: Herald, pusher: Moody, clock: TestClock
) -> None:
    await subscribed(herald)
    assert await announce(idle(clock), herald)
    for later_ms in (0, 60_000):
        await clock.advance(later_ms)
        assert not await announce(idle(clock), herald)
    assert await announce(idle(clock, occasion="1600"), herald)
    assert await work(herald, clock) == 2
    assert len(await PEOPLE.ask("SELECT id FROM notice")) == 2


async def test_what_is_sent_carries_how_long_it_is_news(
    herald: Herald, pusher: Moody, clock: TestClock
) -> None:
    await subscribed(herald)
    await announce(idle(clock), herald)
    await clock.advance(90_000)
    await work(herald, clock)
    sent = pusher.handed[0][1]
    assert (sent.ttl_s, sent.urgency, sent.tag) == (510, "high", "session:s1")


async def test_a_browser_that_is_gone_is_forgotten(
    herald: Herald, pusher: Moody, clock: TestClock
) -> None:
    await subscribed(herald)
    pusher.answers = [Pushed(Delivery.GONE)]
    await announce(idle(clock), herald)
    await work(herald, clock)
    assert await rows() == []
    assert await PEOPLE.ask("SELECT id FROM outbox") == []


async def test_a_browser_where_we_are_refused_is_kept_apart_until_it_comes_again(
    herald: Herald, pusher: Moody, clock: TestClock
) -> None:
    browser = await subscribed(herald)
    pusher.answers = [Pushed(Delivery.QUARANTINE)]
    for number in range(3):
        await announce(idle(clock, occasion=str(number)), herald)
        await work(herald, clock)
    assert len(pusher.handed) == 1
    assert (await rows())[0]["quarantined_at_ms"] == clock.now_ms()
    await subscribe(VISITOR, browser.subscription, "en", herald)
    await announce(trial(VISITOR, "x", clock.now_ms()), herald)
    await work(herald, clock)
    assert len(pusher.handed) == 2


async def test_a_browser_that_is_refused_again_and_again_is_forgotten(
    herald: Herald, pusher: Moody, clock: TestClock
) -> None:
    await subscribed(herald)
    never = Pushed(Delivery.NEVER)
    pusher.answers = [never] * (FAILURES_MAX - 1) + [Pushed(Delivery.SENT)] + [never] * FAILURES_MAX
    for number in range(2 * FAILURES_MAX):
        assert len(await rows()) == 1
        await announce(trial(VISITOR, str(number), clock.now_ms()), herald)
        await work(herald, clock)
    assert await rows() == []


async def test_a_push_not_taken_is_tried_again_when_its_service_says(
    herald: Herald, pusher: Moody, clock: TestClock
) -> None:
    await subscribed(herald)
    pusher.answers = [Pushed(Delivery.LATER, 120_000), Pushed(Delivery.LATER)]
    await announce(idle(clock), herald)
    await work(herald, clock)
    await clock.advance(119_999)
    assert await work(herald, clock) == 0
    await clock.advance(1)
    assert await work(herald, clock) == 1
    await clock.advance(again_ms(2))
    assert await work(herald, clock) == 1
    assert len(pusher.handed) == 3
    assert await PEOPLE.ask("SELECT id FROM outbox") == []


def test_the_tries_lie_further_and_further_apart_for_hours() -> None:
    waits = [again_ms(n) for n in range(1, OUTBOX_ATTEMPTS)]
    assert waits == sorted(waits)
    assert 2 * HOUR_MS < sum(waits) < 24 * HOUR_MS


async def test_what_is_no_news_any_more_is_not_sent(
    herald: Herald, pusher: Moody, clock: TestClock
) -> None:
    await subscribed(herald)
    await announce(idle(clock), herald)
    await clock.advance(600_000)
    assert await work(herald, clock) == 1
    assert pusher.handed == []


async def test_what_newer_news_has_overtaken_is_not_sent(
    herald: Herald, pusher: Moody, clock: TestClock
) -> None:
    await subscribed(herald)
    await announce(idle(clock), herald)
    await announce(idle(clock, session_id="s2"), herald)
    await clock.advance(1)
    await announce(idle(clock, kind=Kind.DONE, price_yen=62, until_ms=None), herald)
    await work(herald, clock)
    assert sorted((sent.tag, sent.kind) for _, sent in pusher.handed) == [
        ("session:s1", "done"), ("session:s2", "idle"),
    ]  # fmt: skip


async def test_a_browser_that_went_to_somebody_else_hears_nothing_of_the_first(
    herald: Herald, pusher: Moody, clock: TestClock
) -> None:
    browser = await subscribed(herald)
    await announce(idle(clock), herald)
    await subscribe("v2", browser.subscription, "en", herald)
    await work(herald, clock)
    assert pusher.handed == []


async def test_new_keys_that_came_while_a_push_was_on_its_way_are_not_lost(
    herald: Herald, clock: TestClock
) -> None:
    browser = await subscribed(herald)
    renewed = Browser(SERVICE, "b1")
    assert renewed.endpoint == browser.endpoint

    class Overtaken(Moody):
        async def send(self, subscription: Subscription, notification: Notification) -> Pushed:
            await subscribe(VISITOR, renewed.subscription, "en", herald)
            return Pushed(Delivery.GONE)

    late = Herald(clock, herald.ids, herald.outbox, HOME, herald.hosts, Overtaken())
    await announce(idle(clock), herald)
    await work(late, clock)
    assert [row["auth"] for row in await rows()] == [renewed.keys["auth"]]


async def test_whoever_dies_between_any_two_lines_each_browser_is_told_and_the_notice_is_one(
    herald: Herald, clock: TestClock, ids: CountingIds
) -> None:
    for dies_at in itertools.count(1):
        visitor = f"v{dies_at}"
        for name in "abc":
            await subscribed(herald, f"{visitor}{name}", visitor)
        told: list[str] = []
        first = Mortal(clock, ids, told, dies_at)
        for who in (first, Mortal(clock, ids, told, 0)):
            outbox = Outbox(PEOPLE, who)
            hands = Herald(who, who, outbox, HOME, herald.hosts, who)
            with contextlib.suppress(Died):
                await announce(idle(clock, visitor=visitor, session_id=visitor), hands)
                await outbox.work_once(handlers(hands), clock)
            await clock.advance(OUTBOX_LEASE_MS + 1)
        assert set(told) == {f"{SERVICE}/push/{visitor}{name}" for name in "abc"}
        assert len(told) <= 6
        rows = await PEOPLE.ask("SELECT id FROM notice WHERE session_id = {}", visitor)
        assert len(rows) == 1
        assert await PEOPLE.ask("SELECT id FROM outbox") == []
        if first.asked < dies_at:
            break
    assert dies_at > 12


async def test_what_was_told_long_ago_is_forgotten(herald: Herald, clock: TestClock) -> None:
    await announce(idle(clock), herald)
    await clock.advance(NOTICE_KEPT_MS)
    await forget_told(herald)
    assert len(await PEOPLE.ask("SELECT id FROM notice")) == 1
    await clock.advance(1)
    await forget_told(herald)
    assert await PEOPLE.ask("SELECT id FROM notice") == []
