"""Everybody who waits for a look gets one, however many wait and however many are in vain."""

from collections.abc import AsyncIterator
from typing import Any, cast

import pytest_asyncio

from konsento.assembly.schema import PEOPLE_STEPS
from konsento.foundation.clock import TestClock
from konsento.foundation.databases import PEOPLE
from konsento.foundation.ids import CountingIds
from konsento.foundation.outbox import Outbox
from konsento.management.charging import events
from konsento.management.charging.hands import Hands
from konsento.management.charging.record import Session
from konsento.management.charging.session import Patience, State
from konsento.management.charging.store import keep_new
from konsento.management.payments.gateway import GatewayUnavailable, PaymentGateway
from konsento.management.payments.hands import Till
from konsento.management.payments.payment import Payment
from konsento.management.payments.payment import State as PaymentState
from konsento.management.payments.reconcile import LOOK_EVERY_MS, LOOKS_AT_ONCE, look_again
from konsento.management.payments.store import keep_new_payment
from konsento.mdms.contract import MdmsClient
from tests.conftest import OpenDatabase

WAITING = 120


class Away:
    """A provider that is never there, and remembers what it was asked about."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def look(self, checkout_id: str) -> Any:
        self.asked.append(checkout_id)
        raise GatewayUnavailable("away")


@pytest_asyncio.fixture
async def away() -> Away:
    return Away()


@pytest_asyncio.fixture
async def till(
    open_database: OpenDatabase, clock: TestClock, ids: CountingIds, away: Away
) -> AsyncIterator[Till]:
    await open_database(PEOPLE, PEOPLE_STEPS)
    hands = Hands(clock, ids, Outbox(PEOPLE, ids), Patience())
    yield Till(hands, cast(PaymentGateway, away), cast(MdmsClient, None), "https://konsento.test")


async def they_wait(state: State, now_ms: int, **more: Any) -> None:
    """Many sessions in a state, each with an open page."""
    async with PEOPLE.writing():
        for number in range(WAITING):
            name = f"s{number:03d}"
            await keep_new(
                Session(
                    id=name, request_number=f"r{number}", visitor="v", code="C", outlet=name,
                    state=state, chosen_by="energy", energy_wh_max=5_000, duration_s_max=None,
                    counted_from="switch_on", power_type="solar", retailer_id="harukaze",
                    created_at_ms=now_ms, deadline_ms=None, **more,
                )
            )  # fmt: skip
            await keep_new_payment(
                Payment(
                    id=f"p{number:03d}", session_id=name, attempt=1, state=PaymentState.OPEN,
                    amount_yen=210, language="ja", created_at_ms=now_ms,
                    checkout_id=f"c{number:03d}",
                )
            )  # fmt: skip


async def test_of_120_that_wait_each_gets_its_look_in_turn(
    till: Till, clock: TestClock, away: Away
) -> None:
    await they_wait(State.AUTHORISING, clock.now_ms())
    await look_again(till)
    assert away.asked == []
    await clock.advance(LOOK_EVERY_MS)
    for looks in (LOOKS_AT_ONCE, 2 * LOOKS_AT_ONCE, WAITING, WAITING):
        await look_again(till)
        assert len(away.asked) == len(set(away.asked)) == looks
    first = set(away.asked[:LOOKS_AT_ONCE])
    away.asked.clear()
    await clock.advance(LOOK_EVERY_MS)
    await look_again(till)
    assert len(away.asked) == LOOKS_AT_ONCE
    await clock.advance(LOOK_EVERY_MS)
    await look_again(till)
    assert first.isdisjoint(away.asked[LOOKS_AT_ONCE:])


async def test_of_120_that_are_stuck_each_is_owed_its_end_once(
    till: Till, clock: TestClock
) -> None:
    await they_wait(State.CANCELLED, clock.now_ms(), ended_at_ms=clock.now_ms(), final=True)
    await clock.advance(600_000)
    for owed in (LOOKS_AT_ONCE, 2 * LOOKS_AT_ONCE, WAITING, WAITING):
        await look_again(till)
        rows = await PEOPLE.ask("SELECT subject FROM outbox WHERE kind = {}", events.ENDED)
        assert len(rows) == len({row["subject"] for row in rows}) == owed
