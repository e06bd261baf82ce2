"""After an outage the outlets of a place are switched on one after the other, and none refused."""

import asyncio
import itertools

from konsento.mdms.limits import CLOSE_APART_MS, POWER_BACK_LATELY_MS
from konsento.mdms.outlets import register_outlet
from tests.mdms.neighbourhood import BIKE, CAR, SMIDS, Neighbourhood, an_order

BOTH = (CAR, BIKE)


async def an_outage(okayama: Neighbourhood, *outlets: str) -> None:
    """Their power fails and is back."""
    for outlet in outlets:
        await okayama.do(outlet, "cut_power")
    await okayama.pass_s(20)
    for outlet in outlets:
        await okayama.do(outlet, "restore_power")
    await okayama.pass_s(10)


async def more_outlets(okayama: Neighbourhood, count: int) -> list[str]:
    """As many more of the same place, behind meters of their own."""
    now_ms, names = okayama.clock.now_ms(), [f"OKY-1{n:03d}" for n in range(count)]
    for name in names:
        SMIDS.setdefault(name, f"SM-{name}")
        await register_outlet(
            name, smid=SMIDS[name], place="33101", voltage_v=100, power_w_max=1_500,
            register_wh=0, at_ms=now_ms,
        )  # fmt: skip
        await okayama.street.add(SMIDS[name], power_w_max=1_500, register_wh=0, now_ms=now_ms)
    await okayama.pass_s(5)
    return names


async def closed_at(okayama: Neighbourhood, outlets: list[str], seconds: int) -> dict[str, int]:
    """When each was first seen closed, in seconds from now."""
    seen: dict[str, int] = {}
    for second in range(seconds):
        for outlet in outlets:
            if okayama.face(outlet)[0] == "closed":
                seen.setdefault(outlet, second)
        await okayama.pass_s(1)
    return seen


async def test_starts_after_an_outage_are_spread_and_none_is_refused(
    okayama: Neighbourhood,
) -> None:
    outlets = await more_outlets(okayama, 40)
    await an_outage(okayama, *outlets)
    orders = [okayama.ours.order(f"req-{name}", an_order(name)) for name in outlets]
    views = await asyncio.gather(*orders)
    turns = sorted(view.closes_from_ms or 0 for view in views)
    assert {later - one for one, later in itertools.pairwise(turns)} == {CLOSE_APART_MS}
    seen = await closed_at(okayama, outlets, 90)
    assert len(seen) == 40  # the last of them far beyond the patience of a start
    assert len(set(seen.values())) == 40


async def test_resumptions_after_an_outage_are_spread_by_a_process_that_starts_anew(
    okayama: Neighbourhood,
) -> None:
    for number, outlet in enumerate(BOTH):
        await okayama.do(outlet, "plug_kettle")
        await okayama.start(f"req-0000000{number}", outlet)
    await okayama.pass_s(20)
    await an_outage(okayama, *BOTH)
    for number in range(2):
        view = await okayama.ours.resume(f"req-0000000{number}", 1)
        assert view.state == "resuming"
        okayama.restarted()
    first, last = [await okayama.ours.request(f"req-0000000{n}") for n in range(2)]
    assert (last.closes_from_ms or 0) - (first.closes_from_ms or 0) == CLOSE_APART_MS
    await okayama.look()
    assert [okayama.face(outlet)[0] for outlet in BOTH] == ["closed", "open"]
    await okayama.pass_s(3)
    assert [okayama.face(outlet)[0] for outlet in BOTH] == ["closed", "closed"]


async def test_without_an_outage_nobody_waits_for_a_turn(okayama: Neighbourhood) -> None:
    views = [await okayama.start(f"req-{outlet}", outlet) for outlet in BOTH]
    assert [(view.state, view.closes_from_ms) for view in views] == [("on", None)] * 2


async def test_ten_minutes_after_it_an_outage_is_over_for_good(okayama: Neighbourhood) -> None:
    await an_outage(okayama, *BOTH)
    await okayama.clock.advance(POWER_BACK_LATELY_MS)
    await okayama.pass_s(10)
    views = [await okayama.start(f"req-{outlet}", outlet) for outlet in BOTH]
    assert [(view.state, view.closes_from_ms) for view in views] == [("on", None)] * 2


async def test_a_stop_while_it_waits_for_its_turn_closes_nothing(okayama: Neighbourhood) -> None:
    await an_outage(okayama, *BOTH)
    await okayama.ours.order("req-00000001", an_order(BIKE))
    await okayama.ours.order("req-00000002", an_order(CAR))
    await okayama.look()
    assert (await okayama.ours.request("req-00000002")).state == "switching_on"
    await okayama.ours.stop("req-00000002")
    await okayama.pass_s(5)
    view = await okayama.ours.request("req-00000002")
    assert (view.state, view.used_wh, okayama.face(CAR)[0]) == ("closed", 0, "open")
