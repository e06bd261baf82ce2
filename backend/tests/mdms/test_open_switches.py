"""Which switches stand open is told to whoever names the meters, and nothing else with it."""

import pytest

from konsento.mdms.contract import SWITCHES_MAX, MdmsRefused
from tests.mdms.neighbourhood import BIKE, CAR, SMIDS, Neighbourhood


async def test_an_idle_outlet_s_switch_is_open_and_a_charging_one_s_is_not(
    okayama: Neighbourhood,
) -> None:
    asked = ["SM-0", SMIDS[BIKE], SMIDS[CAR], SMIDS[BIKE]]
    view = await okayama.ours.open_switches(asked)
    assert view.smids == (SMIDS[BIKE], SMIDS[CAR])
    await okayama.start()
    view = await okayama.theirs.open_switches(asked)
    assert (view.smids, view.now_ms) == ((SMIDS[BIKE],), okayama.clock.now_ms())
    await okayama.ours.stop("req-00000001")
    await okayama.look()
    assert SMIDS[CAR] in (await okayama.ours.open_switches(asked)).smids


async def test_a_switch_that_was_read_open_stays_so_while_its_meter_is_silent(
    okayama: Neighbourhood,
) -> None:
    await okayama.do(CAR, "cut_link")
    await okayama.pass_s(20)
    assert (await okayama.ours.open_switches([SMIDS[CAR]])).smids == (SMIDS[CAR],)


async def test_a_last_gasp_says_more_than_a_switch_that_was_read_open(
    okayama: Neighbourhood,
) -> None:
    await okayama.do(CAR, "cut_power")
    await okayama.pass_s(20)
    assert (await okayama.ours.open_switches([SMIDS[CAR]])).smids == ()


async def test_of_a_thousand_meters_all_are_looked_up(okayama: Neighbourhood) -> None:
    asked = [*(f"SM-{number}" for number in range(1_000)), SMIDS[CAR]]
    assert (await okayama.ours.open_switches(asked)).smids == (SMIDS[CAR],)
    assert (await okayama.ours.open_switches([])).smids == ()


@pytest.mark.parametrize("smids", [["sm-1"], ["SM-1\n"], ["SM-1"] * (SWITCHES_MAX + 1)])
async def test_what_is_no_list_of_meters_is_refused(
    okayama: Neighbourhood, smids: list[str]
) -> None:
    with pytest.raises(MdmsRefused) as refused:
        await okayama.ours.open_switches(smids)
    assert refused.value.status == 400
