"""A push reaches the browser it is for, and what its service answers decides what comes next."""

import socket
from email.utils import formatdate

import msgspec
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from structlog.testing import capture_logs

from konsento.foundation.clock import TestClock
from konsento_push.delivery import Delivery
from konsento_push.notification import Notification
from konsento_push.subscription import Keys, Subscription, packed, push_hosts
from konsento_push.vapid import VapidSigner, new_private_key
from konsento_push.web_push import Pushed, WebPusher, encrypted, judge, retry_after_ms
from tests.push.conftest import CONTACT
from tests.push.pushbox import HANG_UP, SLOW, Mood, PushBox

NEWS = Notification(
    kind="done", title="充電が終わりました　168 円", body="選んだ量に達しました。",
    navigate="https://konsento.example/s/s1", tag="session:s1", language="ja",
    at_ms=1_795_219_200_000, about="s1", ttl_s=86_400, urgency="normal",
)  # fmt: skip
NOW_MS = 1_795_219_200_000


async def test_only_the_browser_it_is_for_can_read_it(pushbox: PushBox, pusher: WebPusher) -> None:
    browser = pushbox.browser()
    assert await pusher.send(browser.subscription, NEWS) == Pushed(Delivery.SENT)
    assert pushbox.complaints == []
    (taken,) = pushbox.taken
    assert taken.payload == {
        "web_push": 8030,
        "notification": {
            "title": "充電が終わりました　168 円", "body": "選んだ量に達しました。",
            "navigate": "https://konsento.example/s/s1", "tag": "session:s1", "lang": "ja",
            "timestamp": 1_795_219_200_000,
        },
        "konsento": {"kind": "done", "session_id": "s1", "at_ms": 1_795_219_200_000},
    }  # fmt: skip
    assert (taken.headers["ttl"], taken.headers["urgency"]) == ("86400", "normal")
    assert taken.headers["topic"] == NEWS.topic
    assert taken.claims["sub"] == CONTACT


async def test_a_key_of_another_browser_opens_nothing(pushbox: PushBox, pusher: WebPusher) -> None:
    mine, other = pushbox.browser(), pushbox.browser()
    crossed = Subscription(mine.endpoint, other.subscription.keys)
    assert (await pusher.send(crossed, NEWS)).became is Delivery.NEVER
    assert pushbox.taken == []


async def test_no_two_pushes_share_a_key_or_a_salt(pushbox: PushBox) -> None:
    phone = pushbox.browser().subscription
    bodies = [encrypted(phone, b"x") for _ in range(20)]
    assert len({body[:16] for body in bodies}) == len({body[21:86] for body in bodies}) == 20


@pytest.mark.parametrize(
    ("mood", "became"),
    [
        (404, Delivery.GONE), (410, Delivery.GONE), (413, Delivery.NEVER),
        (429, Delivery.LATER), (500, Delivery.LATER), (503, Delivery.LATER),
        (401, Delivery.QUARANTINE), (403, Delivery.QUARANTINE), (400, Delivery.NEVER),
        (307, Delivery.NEVER), (302, Delivery.NEVER), (SLOW, Delivery.LATER),
        (HANG_UP, Delivery.LATER),
    ],
)  # fmt: skip
async def test_what_its_service_answers_is_what_became_of_it(
    mood: Mood, became: Delivery, pushbox: PushBox, clock: TestClock
) -> None:
    browser = pushbox.browser()
    hosts = push_hosts(pushbox.origin)
    signer = VapidSigner(new_private_key(), CONTACT)
    pusher = WebPusher(signer, hosts, clock.now_ms, within_s=0.3)
    pushbox.mood = mood
    with capture_logs() as logged:
        assert (await pusher.send(browser.subscription, NEWS)).became is became
    await pusher.close()
    assert set(pushbox.asked) == {browser.path}  # no redirect is followed
    assert [line["log_level"] for line in logged] == [
        "error" if became is Delivery.QUARANTINE else "warning"
    ]
    assert browser.path not in str(logged)


def test_every_status_is_judged() -> None:
    judged = {status: judge(status) for status in range(100, 600)}
    assert {s for s, d in judged.items() if d is Delivery.SENT} == {200, 201, 202, 204}
    assert {s for s, d in judged.items() if d is Delivery.GONE} == {404, 410}
    assert {s for s, d in judged.items() if d is Delivery.QUARANTINE} == {401, 403}
    later = {s for s, d in judged.items() if d is Delivery.LATER}
    assert later == {408, 429, *range(500, 600)}


async def test_what_is_too_long_for_a_service_is_sent_once_more_and_short(
    pushbox: PushBox, pusher: WebPusher
) -> None:
    browser = pushbox.browser()
    long = msgspec.structs.replace(NEWS, body="電" * 5_000)
    await pusher.send(browser.subscription, long)
    assert 3_790 <= len(msgspec.json.encode(pushbox.taken[0].payload)) <= 3_800
    assert pushbox.taken[0].wire_bytes <= 4_096
    pushbox.mood = 413
    assert (await pusher.send(browser.subscription, long)).became is Delivery.NEVER
    assert len(pushbox.asked) == 3


async def test_a_service_that_asks_to_wait_is_left_alone_and_others_are_not(
    pushbox: PushBox, clock: TestClock
) -> None:
    async with PushBox(clock.now_ms).open() as other:
        hosts = push_hosts(f"{pushbox.origin},{other.origin}")
        pusher = WebPusher(VapidSigner(new_private_key(), CONTACT), hosts, clock.now_ms)
        here, too, there = pushbox.browser(), pushbox.browser(), other.browser()
        pushbox.mood, pushbox.retry_after = 429, "120"
        assert await pusher.send(here.subscription, NEWS) == Pushed(Delivery.LATER, 120_000)
        pushbox.mood = 201
        assert await pusher.send(too.subscription, NEWS) == Pushed(Delivery.LATER, 120_000)
        await clock.advance(119_999)
        assert await pusher.send(too.subscription, NEWS) == Pushed(Delivery.LATER, 1)
        assert (await pusher.send(there.subscription, NEWS)).became is Delivery.SENT
        assert pushbox.asked == [here.path]
        await clock.advance(1)
        assert (await pusher.send(too.subscription, NEWS)).became is Delivery.SENT
        await pusher.close()


@pytest.mark.parametrize(
    ("said", "wait_ms"),
    [
        (None, None), ("", None), ("soon", None), ("-5", None), ("1e3", None), ("٣", None),
        ("0", 1_000), ("30", 30_000), ("999999", 3_600_000), ("9" * 400, None),
        (formatdate(NOW_MS / 1000 + 90, usegmt=True), 90_000),
        (formatdate(NOW_MS / 1000 - 90, usegmt=True), 1_000),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 3_600_000), ("Sat, 99 Nov 2026 99:99:99 GMT", None),
        ("Sat, 21 Nov 2026 00:00:00 -0000", 1_000),
    ],
)  # fmt: skip
def test_retry_after_is_honoured_within_bounds(said: str | None, wait_ms: int | None) -> None:
    assert retry_after_ms(said, NOW_MS) == wait_ms


async def test_connections_are_kept(pushbox: PushBox, pusher: WebPusher) -> None:
    browser = pushbox.browser()
    for _ in range(5):
        await pusher.send(browser.subscription, NEWS)
    kept = pusher._session
    assert kept is not None
    assert kept.connector is not None
    assert sum(len(each) for each in kept.connector._conns.values()) == 1


class Rebinding(AbstractResolver):
    """A name server that answers with an address of the network behind us."""

    def __init__(self, address: str) -> None:
        self._address = address

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = ResolveResult(
            hostname=host, host=self._address, port=port, family=family, proto=0, flags=0
        )
        return [found]

    async def close(self) -> None:
        """Nothing was opened."""


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "::ffff:10.0.0.7"])
async def test_a_known_name_that_leads_into_our_own_network_is_not_followed(
    address: str, pushbox: PushBox, clock: TestClock
) -> None:
    pusher = WebPusher(
        VapidSigner(new_private_key(), CONTACT), push_hosts("push.example"), clock.now_ms,
        look_up=lambda: Rebinding(address), within_s=1,
    )  # fmt: skip
    keys = pushbox.browser().subscription.keys
    port = pushbox.origin.rpartition(":")[2]
    with capture_logs() as logged:
        pushed = await pusher.send(Subscription("https://a.push.example/x", keys), NEWS)
    await pusher.close()
    assert port
    assert pushed.became is Delivery.LATER
    assert logged[0]["error"] == "ClientConnectorDNSError"
    assert pushbox.asked == []


async def test_an_address_that_is_no_longer_allowed_is_not_asked(pusher: WebPusher) -> None:
    keys = Keys(packed(b"\4" * 65), packed(b"a" * 16))
    gone = Subscription("https://push.example.evil/x", keys)
    assert await pusher.send(gone, NEWS) == Pushed(Delivery.NEVER)


async def test_keys_that_are_no_point_are_never_sent_to(
    pushbox: PushBox, pusher: WebPusher
) -> None:
    wrong = Subscription(pushbox.browser().endpoint, Keys(packed(b"\4" * 65), packed(b"a" * 16)))
    assert (await pusher.send(wrong, NEWS)).became is Delivery.NEVER
    assert pushbox.asked == []
