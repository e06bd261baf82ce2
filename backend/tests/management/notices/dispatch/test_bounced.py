"""Mails that came back stop what has no reader, and nobody else's."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from konsento.assembly.schema import PEOPLE_STEPS
from konsento.foundation.clock import TestClock
from konsento.foundation.databases import PEOPLE
from konsento.management.notices.dispatch.bounced import take_back
from konsento.management.notices.dispatch.limits import SOFT_BOUNCES_MAX, SOFT_COUNTS_FOR_MS
from tests.conftest import OpenDatabase
from tests.management.notices.dispatch.lanes import browsers, mails, owe, pushes
from tests.push.test_bounce import report


@pytest_asyncio.fixture(autouse=True)
async def people(open_database: OpenDatabase, clock: TestClock) -> AsyncIterator[None]:
    await open_database(PEOPLE, PEOPLE_STEPS)
    await owe([*mails("n1", ["r1"]), *pushes("n1", await browsers(1, clock))], clock)
    yield


@pytest.fixture
def stopped() -> list[str]:
    return []


async def came_back(mail: bytes, stopped: list[str], now_ms: int = 0) -> str:
    async def stop(registration_id: str) -> None:
        stopped.append(registration_id)

    return await take_back(mail, now_ms, stop)


async def test_a_mailbox_that_is_no_more_is_stopped_however_often_it_says_so(
    stopped: list[str],
) -> None:
    for _ in range(2):
        assert await came_back(report(), stopped) == "stopped"
    assert set(stopped) == {"r1"}


async def test_an_ill_one_is_counted_and_stopped_when_it_stays_so(stopped: list[str]) -> None:
    for _ in range(SOFT_BOUNCES_MAX - 1):
        assert await came_back(report("5.2.2"), stopped) == "counted"
    assert stopped == []
    assert await came_back(report("5.2.2"), stopped) == "stopped"
    assert stopped == ["r1"]


async def test_what_was_long_ago_does_not_count(stopped: list[str]) -> None:
    for number in range(SOFT_BOUNCES_MAX * 2):
        at_ms = number * (SOFT_COUNTS_FOR_MS + 1)
        assert await came_back(report("5.2.2"), stopped, at_ms) == "counted"


@pytest.mark.parametrize(
    "mail",
    [
        b"hello",
        report(message_id="<n2.mail.r1@konsento.example>"),
        report(message_id="<n1.push.0000p@konsento.example>"),
        report(message_id="<' OR 1=1 --@konsento.example>"),
    ],
)
async def test_a_mail_of_no_mail_of_ours_changes_nothing(mail: bytes, stopped: list[str]) -> None:
    assert await came_back(mail, stopped) == "unknown"
    assert stopped == []
    assert await PEOPLE.ask("SELECT * FROM mail_bounce") == []
