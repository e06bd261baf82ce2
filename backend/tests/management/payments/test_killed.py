"""Our process is killed at every step of a charge, and the charge ends as if it had not been."""

import itertools
from collections.abc import Coroutine
from typing import Any

import pytest

from konsento.foundation.databases import PEOPLE
from tests.management.audit import books_are_right
from tests.management.wires import Moment
from tests.management.world import Killed, World
from tests.town import CAR, MINUTE_MS, Driver, Json, Refused, key

PATIENCE_TRIES = 8


class Stubborn(Driver):
    """A phone that repeats a request, under the same key, until it is answered."""

    world: World

    async def _until_answered(self, path: str, body: Json | None) -> Json:
        same = {"Idempotency-Key": key()}
        for _ in range(PATIENCE_TRIES):
            try:
                ask: Coroutine[Any, Any, Json] = self._asked(path, body, same)
                return await self.world.alive(ask)
            except Killed:
                continue
            except Refused as refused:
                if refused.slug in {"quote-used", "addition-pending"} and "additions" in path:
                    return {}
                if refused.slug != "request-in-progress":
                    raise
            await passes(self.world, MINUTE_MS)
        raise AssertionError(f"{path} was never answered")

    async def _asked(self, path: str, body: Json | None, same: dict[str, str]) -> Json:
        return await self.said(await self.post(path, body, **same))

    async def charges(self, code: str, **more: Any) -> Json:
        """Choose, begin and pay, however often the house has to be asked."""
        wish = {"code": code, "by": "energy", "energy_wh": 600, "power_type": "solar",
                "retailer_id": "harukaze"}  # fmt: skip
        quote = await self._until_answered("/api/quotes", wish)
        begin = {"quote_id": quote["quote_id"], "email": None, "language": "en"} | more
        session = await self._until_answered("/api/sessions", begin)
        while session["pay_url"] is None and session["state"] == "authorising":
            await passes(self.world, 5_000)
            session = await self.sees(session)
        if session["state"] == "authorising":
            await self.pays(session, comes_back=False)
        return session

    async def adds(self, session: Json, card: Json) -> None:
        """As much again, on a remembered card, as soon as power flows."""
        here = f"/api/sessions/{session['session_id']}"
        while (await self.sees(session))["state"] != "charging":
            await passes(self.world, 5_000)
        wish = {"by": "energy", "value": 600}
        quote = await self._until_answered(f"{here}/addition-quotes", wish)
        begin = {"quote_id": quote["quote_id"], "card_id": card["card_id"]}
        await self._until_answered(f"{here}/additions", begin)

    async def resumes_until_answered(self, session: Json) -> None:
        """Power again, after its first pause."""
        await self._until_answered(f"/api/sessions/{session['session_id']}/resume", {"pause": 1})

    async def cards(self) -> list[Json]:
        found: list[Json] = (await self.said(await self.get("/api/cards")))["cards"]
        return found


async def passes(world: World, ms: int) -> None:
    """Time, with whatever is killed on the way started again at once."""
    until_ms = world.clock.now_ms() + ms
    while (left_ms := until_ms - world.clock.now_ms()) >= 0:
        try:
            return await world.let_pass(left_ms)
        except Killed:
            continue


async def one_charge(world: World) -> None:
    who = world.person_as(Stubborn)
    who.world = world
    await world.do(CAR, "plug_car", wanted_wh=9_000)
    session = await who.charges(world.codes[CAR])
    await passes(world, 20 * MINUTE_MS)
    view = await who.sees(session)
    assert (view["state"], view["used_wh"], view["price_yen"]) == ("settled", 600, 59)
    assert view["payment"]["captured_yen"] == 59
    await books_are_right(world)


@pytest.mark.timeout(120)
@pytest.mark.parametrize(("moment", "least"), [("before", 3), ("after", 7)])
async def test_killed_at_any_crossing_of_a_wire_the_charge_is_billed_right_and_once(
    brisk: World, moment: Moment, least: int
) -> None:
    await brisk.new_price("harukaze", "solar", 99_000)
    for crossing in itertools.count(1):
        brisk.fate.crossings.clear()
        brisk.fate.kill_at = (crossing, moment)
        fate = brisk.fate
        await one_charge(brisk)
        if not fate.killed.is_set():
            break
    assert crossing > least  # else the charge was not followed to its end
    sessions = await PEOPLE.ask("SELECT state FROM session")
    assert [row["state"] for row in sessions] == ["settled"] * crossing


async def test_started_anew_before_every_single_step_the_charge_is_billed_right_and_once(
    brisk: World,
) -> None:
    await brisk.new_price("harukaze", "solar", 99_000)
    brisk.forgetful = True
    await one_charge(brisk)


async def a_returning_charge(world: World, who: Stubborn) -> None:
    """One charge on a remembered card, added to on the way: no page, two holds, one bill."""
    (card,) = await who.cards()
    await world.do(CAR, "plug_car", wanted_wh=9_000)
    session = await who.charges(world.codes[CAR], card_id=card["card_id"])
    await who.adds(session, card)
    await passes(world, 40 * MINUTE_MS)
    view = await who.sees(session)
    assert (view["state"], view["addition"]["state"]) == ("settled", "added")
    assert (view["used_wh"], view["payment"]["captured_yen"]) == (1_200, 118)
    await books_are_right(world)


async def a_regular(world: World) -> Stubborn:
    """Somebody who has been here before, and whose card is remembered."""
    who = world.person_as(Stubborn)
    who.world = world
    await world.do(CAR, "plug_car", wanted_wh=9_000)
    await who.charges(world.codes[CAR], remember_card=True)
    await passes(world, 20 * MINUTE_MS)
    return who


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("moment", "least"), [("before", 4), ("after", 9)])
async def test_killed_at_any_crossing_a_remembered_card_pays_for_a_longer_charge_once(
    brisk: World, moment: Moment, least: int
) -> None:
    await brisk.new_price("harukaze", "solar", 99_000)
    who = await a_regular(brisk)
    for crossing in itertools.count(1):
        brisk.fate.crossings.clear()
        brisk.fate.kill_at = (crossing, moment)
        fate = brisk.fate
        await a_returning_charge(brisk, who)
        if not fate.killed.is_set():
            break
    assert crossing > least


@pytest.mark.timeout(120)
async def test_started_anew_before_every_step_a_remembered_card_pays_once(brisk: World) -> None:
    await brisk.new_price("harukaze", "solar", 99_000)
    who = await a_regular(brisk)
    brisk.forgetful = True
    await a_returning_charge(brisk, who)
