"""Somebody who charges while our process is killed, and who kills it at each crossing in turn."""

import itertools
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

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


def stubborn(world: World) -> Stubborn:
    """Somebody new in this world."""
    who = world.person_as(Stubborn)
    who.world = world
    return who


async def crossings_of(charge: Callable[[], Awaitable[None]], world: World, moment: Moment) -> int:
    """The charge again and again, killed at a later crossing of a wire each time, to the last."""
    for crossing in itertools.count(1):
        world.fate.crossings.clear()
        world.fate.kill_at = (crossing, moment)
        fate = world.fate
        await charge()
        if not fate.killed.is_set():
            break
    return crossing


async def goes_on_and_is_billed_once(who: Stubborn, session: Json, dead_wh: int) -> None:
    """Off until the driver says so; then the rest of 600 Wh at 99 yen, on one bill."""
    world = who.world
    assert (world.face(CAR).switch, world.face(CAR).register_wh) == ("open", dead_wh)
    await who.resumes_until_answered(session)
    await passes(world, 25 * MINUTE_MS)
    view = await who.sees(session)
    assert (view["state"], view["used_wh"], view["price_yen"]) == ("settled", 600, 59)
    assert (view["payment"]["captured_yen"], view["pause"]) == (59, 1)
    await books_are_right(world)
