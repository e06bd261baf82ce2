"""Two hundred people at one outlet: one charges, and nobody else pays or waits for anything."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from konsento.foundation.databases import GRID, PEOPLE
from konsento.twin.payment import Status
from tests.management.audit import books_are_right, provider_payments
from tests.management.world import World
from tests.town import CAR, MINUTE_MS, Driver, Json, Refused

CROWD = 200
TRIES = 20


async def at_last(ask: Callable[[], Awaitable[Json]]) -> Json:
    """The answer, for somebody who asks again as long as it is too much at once."""
    for _ in range(TRIES):
        try:
            return await ask()
        except Refused as refused:
            if refused.slug != "busy":
                raise
    raise AssertionError("never let in")


async def begun_at_last(house: World, who: Driver) -> Json:
    """A session on one quote, begun by whichever try was the first to do it."""
    quote = await at_last(lambda: who.chooses(house.codes[CAR]))
    session = await at_last(lambda: who.begins(quote))
    # Its page may not be open yet: then it is offered anew.
    return (
        session if session.get("pay_url") else await at_last(lambda: who.wants(session, "payment"))
    )


@pytest.mark.timeout(300)
async def test_of_two_hundred_who_start_at_once_one_charges_and_all_other_holds_are_let_go(
    house: World,
) -> None:
    people = [house.person(f"198.51.100.{number}") for number in range(CROWD)]
    async with asyncio.TaskGroup() as group:
        starts = [group.create_task(begun_at_last(house, who)) for who in people]
    sessions = [start.result() for start in starts]
    async with asyncio.TaskGroup() as group:
        for who, session in zip(people, sessions, strict=True):
            group.create_task(who.pays(session))
    await house.do(CAR, "plug_car")
    await house.let_pass(30_000)

    states = await PEOPLE.ask("SELECT state, COUNT(*) AS n FROM session GROUP BY state")
    assert {row["state"]: row["n"] for row in states} == {
        "charging": 1, "start_failed": CROWD - 1,
    }  # fmt: skip
    requests = await GRID.ask("SELECT state FROM mdms_request WHERE state <> 'rejected'")
    assert [row["state"] for row in requests] == ["on"]
    held = [each for all_of in (await provider_payments()).values() for each in all_of]
    assert sorted(p.status for p in held) == [Status.CANCELLED] * (CROWD - 1) + [Status.HELD]

    winner = (await PEOPLE.ask("SELECT id FROM session WHERE state = 'charging'"))[0]["id"]
    number = next(i for i, one in enumerate(sessions) if one["session_id"] == winner)
    await people[number].wants(sessions[number], "stop")
    await house.let_pass(MINUTE_MS)
    await books_are_right(house)
