"""Meters are asked whether they are there, and five words come back."""

import pytest

from konsento.mdms.contract import MdmsRefused, PingAnswer
from tests.mdms.neighbourhood import CAR, SMIDS, Neighbourhood

CAR_METER = SMIDS[CAR]


async def pinged(okayama: Neighbourhood, smid: str = CAR_METER) -> PingAnswer:
    view = await okayama.ours.ping([smid])
    assert view.now_ms == okayama.clock.now_ms()
    (answer,) = view.answers
    return answer


async def test_a_meter_with_power_answers_and_tells_that_nothing_is_drawn(
    okayama: Neighbourhood,
) -> None:
    answer = await pinged(okayama)
    assert (answer.smid, answer.answer, answer.load) == (CAR_METER, "powered", "none")


async def test_a_meter_whose_supply_failed_says_so_with_its_last_gasp(
    okayama: Neighbourhood,
) -> None:
    await okayama.do(CAR, "cut_power")
    assert (await pinged(okayama)).answer == "no_power"


async def test_a_meter_that_failed_behind_a_broken_way_is_not_known_to_be_dark(
    okayama: Neighbourhood,
) -> None:
    await okayama.do(CAR, "cut_link")
    await okayama.do(CAR, "cut_power")
    assert (await pinged(okayama)).answer == "communication_failure"
    await okayama.do(CAR, "mend_link")
    assert (await pinged(okayama)).answer == "unknown"


async def test_a_meter_alone_out_of_reach_is_unknown(okayama: Neighbourhood) -> None:
    await okayama.street.cut_link(CAR_METER, "meter")
    assert (await pinged(okayama)).answer == "unknown"


async def test_many_are_answered_in_the_order_asked_and_strangers_are_named(
    okayama: Neighbourhood,
) -> None:
    asked = ["SM-0", *SMIDS.values()]
    view = await okayama.ours.ping(asked)
    assert [answer.smid for answer in view.answers] == asked
    assert view.answers[0].answer == "unknown_meter"


@pytest.mark.parametrize("smids", [[], ["sm-1"], ["SM-1"] * 501])
async def test_an_order_that_names_none_too_many_or_no_meters_is_refused(
    okayama: Neighbourhood, smids: list[str]
) -> None:
    with pytest.raises(MdmsRefused) as refused:
        await okayama.ours.ping(smids)
    assert refused.value.status == 400
