"""Killed between any two lines, and everything else at once: it stays boring."""

from collections.abc import Sequence

import pytest

from konsento.foundation.databases import GRID
from konsento.foundation.ids import CountingIds
from konsento.mdms.continuity import HOPS, Check, Heard, HopName
from konsento.mdms.contract import RaiseLimit, RequestView
from konsento.mdms.control import see, take_due, write
from konsento.mdms.control_system import ControlSystem
from konsento.mdms.drivers.driver import Driver
from konsento.mdms.fleet.street import Act
from konsento.mdms.fleet.street_meter import Cut
from konsento.mdms.listen import sweep
from konsento.mdms.meter import CloseOrder, MeterAnswer
from konsento.mdms.ping_views import PingAnswer
from konsento.mdms.request import FINAL
from tests.mdms.neighbourhood import BIKE, CAR, OPENING_WH, SMIDS, Neighbourhood, an_order


class Killed(BaseException):
    """The process is gone; nothing catches this."""


class Fuse:
    """Burns at the n-th boundary between two lines."""

    def __init__(self, at: int) -> None:
        self.left = at
        self.burnt = False

    def line(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.burnt = True
            raise Killed


class FragileDriver:
    """The same driver, in a process that may be killed before and after every message."""

    def __init__(self, driver: Driver, fuse: Fuse) -> None:
        self._driver = driver
        self._fuse = fuse

    async def close(self, smid: str, generation: int, order: CloseOrder) -> None:
        self._fuse.line()
        await self._driver.close(smid, generation, order)
        self._fuse.line()

    async def open(self, smid: str, generation: int) -> None:
        self._fuse.line()
        await self._driver.open(smid, generation)
        self._fuse.line()

    async def limit(self, smid: str, generation: int, order: CloseOrder) -> None:
        self._fuse.line()
        await self._driver.limit(smid, generation, order)
        self._fuse.line()

    async def read(self, smid: str) -> MeterAnswer:
        said = await self._driver.read(smid)
        self._fuse.line()
        return said

    async def check(self, checks: Sequence[Check]) -> Sequence[Heard]:
        heard = await self._driver.check(checks)
        self._fuse.line()
        return heard

    async def ping(self, smids: Sequence[str]) -> Sequence[PingAnswer]:
        return await self._driver.ping(smids)

    async def loopback(self, smid: str) -> None:
        await self._driver.loopback(smid)

    async def answers(self, smid: str, hop: HopName) -> bool:
        return await self._driver.answers(smid, hop)


async def step(okayama: Neighbourhood, system: ControlSystem, fuse: Fuse) -> None:
    """One second of work, with a line between any two things that last."""
    if okayama.clock.now_ms() % system.settings.continuity_every_ms == 0:
        await sweep(system)
        fuse.line()
    for _ in range(5):
        due = await take_due(okayama.clock.now_ms())
        if not due:
            return
        for request in due:
            fuse.line()
            seen = await see(system, request, SMIDS[request.outlet])
            await write(system, request, seen)
            fuse.line()


async def a_life(
    okayama: Neighbourhood, number: str, fuse: Fuse, *, stop_at_s: int, more_at_s: int = 1_000
) -> RequestView:
    """One charge of 10 Wh (20 if more is wanted in time) or until stopped, one death on the way."""
    await okayama.ours.order(number, an_order(energy_wh_max=10))
    system = ControlSystem(FragileDriver(okayama.driver, fuse), okayama.clock, okayama.system.ids)
    for second in range(200):
        try:
            await step(okayama, system, fuse)
        except Killed:
            okayama.restarted()
            system = okayama.system
        if second == stop_at_s:
            await okayama.ours.stop(number)
        if second >= more_at_s and (await okayama.ours.request(number)).state == "on":
            await okayama.ours.raise_limit(number, RaiseLimit(generation=1, energy_wh_max=20))
        view = await okayama.ours.request(number)
        if view.final:
            return view
        await okayama.clock.advance(1_000)
    raise AssertionError(f"{number} never ends: {await okayama.ours.request(number)}")


@pytest.mark.parametrize("stop_at_s", [8, 1_000])
async def test_a_worker_killed_at_any_point_is_boring(
    okayama: Neighbourhood, stop_at_s: int
) -> None:
    lives, register_wh = 0, OPENING_WH
    while True:
        lives += 1
        fuse = Fuse(lives)
        await okayama.do(CAR, "plug_car", wanted_wh=9_000)
        view = await a_life(okayama, f"req-life{lives:04d}", fuse, stop_at_s=stop_at_s)
        assert view.state == "closed"
        assert view.reason in {"energy_limit", "stopped"}
        switch, shown_wh = okayama.face(CAR)
        assert switch == "open"
        assert view.used_wh == shown_wh - register_wh
        told = [event.kind for event in await okayama.news()]
        if view.opening_register_wh is None:  # killed, then stopped, before anything was commanded
            assert (told, view.used_wh) == (["switched_off"], 0)
        else:
            assert (view.opening_register_wh, view.closing_register_wh) == (register_wh, shown_wh)
            assert told in (["switched_on", "switched_off"], ["switched_off"])
        register_wh = shown_wh
        if not fuse.burnt:
            break
    assert lives > 20


async def test_killed_at_any_point_of_a_raised_limit_the_meter_ends_by_it(
    okayama: Neighbourhood,
) -> None:
    lives = 0
    while True:
        lives += 1
        fuse = Fuse(lives)
        await okayama.do(CAR, "plug_car", wanted_wh=9_000)
        number = f"req-more{lives:04d}"
        view = await a_life(okayama, number, fuse, stop_at_s=1_000, more_at_s=3)
        assert (view.state, view.reason) == ("closed", "energy_limit")
        assert view.limit is not None
        assert view.used_wh == (20 if view.limit.state == "raised" else 10)
        told = [event.kind for event in await okayama.news()]
        assert told[1:] == [f"limit_{view.limit.state}", "switched_off"]
        if not fuse.burnt:
            break
    assert view.limit.state == "raised"


async def a_life_with_a_pause(okayama: Neighbourhood, number: str, fuse: Fuse) -> RequestView:
    """A charge of 20 Wh, unplugged after a while, resumed for another; one death on the way."""
    await okayama.do(CAR, "plug_car", wanted_wh=9_000)
    await okayama.ours.order(number, an_order(energy_wh_max=20))
    system = ControlSystem(FragileDriver(okayama.driver, fuse), okayama.clock, okayama.system.ids)
    asked, pulled = 0, False
    for _ in range(200):
        try:
            await step(okayama, system, fuse)
        except Killed:
            okayama.restarted()
            system = okayama.system
        view = await okayama.ours.request(number)
        if not pulled and (view.power_w or 0) > 1_000:
            pulled = True
            await okayama.do(CAR, "unplug")
        if view.state == "paused" and view.pauses > asked:
            switch, dead_wh = okayama.face(CAR)
            await okayama.do(CAR, "plug_car", wanted_wh=9_000)
            await okayama.clock.advance(5_000)
            assert okayama.face(CAR) == (switch, dead_wh) == ("open", dead_wh)
            asked = view.pauses
            await okayama.ours.resume(number, asked)
        if view.final:
            return view
        await okayama.clock.advance(1_000)
    raise AssertionError(f"{number} never ends: {await okayama.ours.request(number)}")


@pytest.mark.timeout(120)
async def test_killed_at_any_point_of_a_pause_it_is_one_request_with_one_limit(
    okayama: Neighbourhood,
) -> None:
    lives, register_wh = 0, OPENING_WH
    while True:
        lives += 1
        fuse = Fuse(lives)
        view = await a_life_with_a_pause(okayama, f"req-rest{lives:04d}", fuse)
        assert (view.state, view.reason, view.used_wh) == ("closed", "energy_limit", 20)
        assert (view.opening_register_wh, view.pauses) == (register_wh, 1)
        register_wh += 20
        assert okayama.face(CAR) == ("open", register_wh)
        told = [event.kind for event in await okayama.news()]
        assert told == ["switched_on", "paused", "resumed", "switched_off"]
        if not fuse.burnt:
            break
    assert lives > 60


STORM: tuple[Act, ...] = (
    "plug_car", "plug_bike", "plug_kettle", "unplug", "cut_link", "mend_link", "mend_link",
    "cut_power", "restore_power", "restore_power",
)  # fmt: skip
CUTS: tuple[Cut, ...] = ("down", "up", "both")


async def misfortune(okayama: Neighbourhood, chance: CountingIds) -> None:
    """One thing that goes wrong, or right, at random."""
    outlet = (CAR, BIKE)[chance.below(2)]
    faults = okayama.driver.faults
    what = chance.below(12)
    if what < 5:
        await okayama.do(outlet, STORM[chance.below(len(STORM))])
    elif what == 5:
        await okayama.street.cut_link(SMIDS[outlet], HOPS[chance.below(4)], CUTS[chance.below(3)])
    elif what < 9:
        verbs = ("close", "open", "read")
        where = (faults.requests, faults.replies, faults.refusals)[what - 6]
        where[verbs[chance.below(2 if what == 8 else 3)]] += 1  # type: ignore[index]
    elif what == 9:
        faults.registers_wh.append((-5, 0, 10**11)[chance.below(3)])
    elif what == 10:
        okayama.restarted()
    else:
        await okayama.clock.advance(chance.below(90) * 1_000)


async def calm(okayama: Neighbourhood) -> None:
    for outlet in (CAR, BIKE):
        await okayama.do(outlet, "restore_power")
        await okayama.do(outlet, "mend_link")
        await okayama.do(outlet, "plug_car", wanted_wh=9_000)
    okayama.restarted()
    await okayama.pass_s(60)
    async with GRID.writing():
        await GRID.ask("UPDATE mdms_outlet SET inoperative_because = ''")


@pytest.mark.parametrize("seed", range(1, 5))
async def test_after_any_storm_every_request_ends_and_every_register_step_is_billed_once(
    okayama: Neighbourhood, seed: int
) -> None:
    chance = CountingIds(seed)
    numbers: list[str] = []
    await calm(okayama)
    for turn in range(90):
        if chance.below(2) == 0:
            await misfortune(okayama, chance)
        if chance.below(3) == 0:
            numbers.append(f"req-{seed}-{turn:06d}")
            outlet, limit_wh = (CAR, BIKE)[chance.below(2)], 10 + 10 * chance.below(8)
            await okayama.ours.order(numbers[-1], an_order(outlet, energy_wh_max=limit_wh))
        if numbers and chance.below(6) == 0:
            await okayama.ours.stop(numbers[-1])
        elif numbers and (view := await okayama.ours.request(numbers[-1])).state == "paused":
            await okayama.ours.resume(numbers[-1], view.pauses)
        await okayama.pass_s(1 + chance.below(8))
        if turn % 30 == 29:
            await calm(okayama)
    for number in numbers:
        await okayama.ours.stop(number)
    await okayama.pass_s(30)
    views = [await okayama.ours.request(number) for number in numbers]
    assert all(view.state in FINAL for view in views)
    assert any(view.used_wh for view in views)
    for outlet in (CAR, BIKE):
        switch, register_wh = okayama.face(outlet)
        billed_wh = sum(view.used_wh for view in views if view.outlet == outlet)
        assert (switch, OPENING_WH + billed_wh) == ("open", register_wh)
    finals = [event for event in await okayama.news() if event.final]
    ended = {view.request_number for view in views if view.result == "accepted"}
    assert sorted(event.request_number for event in finals) == sorted(ended)
    assert sum(event.used_wh or 0 for event in finals) == sum(view.used_wh for view in views)
