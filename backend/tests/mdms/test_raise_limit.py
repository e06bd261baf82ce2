"""A running request's limit is raised at the meter, once, or is told as refused."""

from typing import Any

import pytest
from msgspec.structs import replace

from konsento.mdms.contract import ChargeOrder, MdmsRefused, RaiseLimit, RequestView
from konsento.mdms.limits import REQUEST_LASTS_MS_MAX
from tests.mdms.neighbourhood import CAR, SMIDS, Neighbourhood, an_order

NUMBER = "req-00000001"
MORE = RaiseLimit(generation=1, energy_wh_max=500)


async def why_not(okayama: Neighbourhood, wish: RaiseLimit, number: str = NUMBER) -> str:
    with pytest.raises(MdmsRefused) as refused:
        await okayama.ours.raise_limit(number, wish)
    return refused.value.slug


def limit_of(view: RequestView) -> tuple[int, str] | None:
    return None if view.limit is None else (view.limit.generation, view.limit.state)


async def kinds(okayama: Neighbourhood) -> list[str]:
    return [event.kind for event in await okayama.news()]


async def test_a_raised_limit_is_read_back_told_and_kept_to(okayama: Neighbourhood) -> None:
    await okayama.do(CAR, "plug_car")
    await okayama.start(energy_wh_max=200)
    await okayama.pass_s(60)
    view = await okayama.ours.raise_limit(NUMBER, MORE)
    assert (limit_of(view), view.energy_wh_max) == ((1, "wanted"), 200)
    await okayama.look()
    view = await okayama.ours.request(NUMBER)
    assert (limit_of(view), view.energy_wh_max, view.state) == ((1, "raised"), 500, "on")
    await okayama.pass_s(600)
    view = await okayama.ours.request(NUMBER)
    assert (view.reason, view.used_wh) == ("energy_limit", 500)
    page = await okayama.ours.events(0)
    (told,) = [event for event in page.events if event.kind == "limit_raised"]
    assert (told.limit_generation, told.energy_wh_max) == (1, 500)


async def test_a_longer_time_counts_from_the_same_beginning(okayama: Neighbourhood) -> None:
    order = ChargeOrder(outlet=CAR, power_type="solar", retailer="setouchi", duration_s_max=120)
    await okayama.ours.order(NUMBER, order)
    await okayama.look()
    await okayama.pass_s(100)
    await okayama.ours.raise_limit(NUMBER, RaiseLimit(generation=1, duration_s_max=300))
    await okayama.pass_s(250)
    view = await okayama.ours.request(NUMBER)
    lasted_s = ((view.ended_at_ms or 0) - (view.switched_on_at_ms or 0)) // 1_000
    assert (view.reason, lasted_s) == ("time_limit", 300)


async def test_the_same_generation_twice_is_one_wish_even_after_the_end(
    okayama: Neighbourhood,
) -> None:
    await okayama.do(CAR, "plug_car")
    await okayama.start(energy_wh_max=200)
    await okayama.ours.raise_limit(NUMBER, MORE)
    await okayama.ours.raise_limit(NUMBER, MORE)
    await okayama.look()
    generation = okayama.street.meter(SMIDS[CAR]).generation
    await okayama.ours.raise_limit(NUMBER, MORE)
    await okayama.look()
    assert okayama.street.meter(SMIDS[CAR]).generation == generation
    await okayama.pass_s(700)
    assert limit_of(await okayama.ours.raise_limit(NUMBER, MORE)) == (1, "raised")
    assert await kinds(okayama) == ["switched_on", "limit_raised", "switched_off"]
    assert await why_not(okayama, replace(MORE, energy_wh_max=600)) == "limit-not-raised"


@pytest.mark.parametrize(
    "wish",
    [
        {"energy_wh_max": 200},
        {"energy_wh_max": 190},
        {},
        {"duration_s_max": 900},
        {"energy_wh_max": 500, "duration_s_max": 900},
    ],
)
async def test_a_limit_only_grows_and_only_where_there_is_one(
    okayama: Neighbourhood, wish: dict[str, Any]
) -> None:
    await okayama.start(energy_wh_max=200)
    assert await why_not(okayama, RaiseLimit(generation=1, **wish)) == "limit-not-raised"
    assert (await okayama.ours.request(NUMBER)).limit is None


async def test_an_older_generation_and_a_second_wish_at_once_are_refused(
    okayama: Neighbourhood,
) -> None:
    await okayama.do(CAR, "plug_car")
    await okayama.start(energy_wh_max=200)
    await okayama.ours.raise_limit(NUMBER, replace(MORE, generation=2))
    assert await why_not(okayama, MORE) == "limit-not-raised"
    next_wish = RaiseLimit(generation=3, energy_wh_max=600)
    assert await why_not(okayama, next_wish) == "limit-not-raised"
    await okayama.look()
    await okayama.ours.raise_limit(NUMBER, next_wish)
    await okayama.look()
    assert (await okayama.ours.request(NUMBER)).energy_wh_max == 600


async def test_what_is_over_not_on_yet_or_somebody_elses_is_not_raised(
    okayama: Neighbourhood,
) -> None:
    assert await why_not(okayama, MORE) == "unknown-request"
    await okayama.ours.order(NUMBER, an_order(energy_wh_max=200))
    assert await why_not(okayama, MORE) == "limit-not-raised"
    await okayama.look()
    with pytest.raises(MdmsRefused) as refused:
        await okayama.theirs.raise_limit(NUMBER, MORE)
    assert refused.value.slug == "unknown-request"
    await okayama.ours.stop(NUMBER)
    assert await why_not(okayama, MORE) == "limit-not-raised"
    await okayama.look()
    assert await why_not(okayama, MORE) == "limit-not-raised"


@pytest.mark.parametrize("lost", ["requests", "replies"])
async def test_a_lost_command_is_read_back_and_repeated(okayama: Neighbourhood, lost: str) -> None:
    await okayama.do(CAR, "plug_car")
    await okayama.start(energy_wh_max=200)
    getattr(okayama.driver.faults, lost)["limit"] = 2
    await okayama.ours.raise_limit(NUMBER, MORE)
    await okayama.pass_s(30)
    assert limit_of(await okayama.ours.request(NUMBER)) == (1, "raised")


async def test_a_meter_that_will_not_keeps_its_first_limit(okayama: Neighbourhood) -> None:
    await okayama.do(CAR, "plug_car")
    await okayama.start(energy_wh_max=200)
    okayama.driver.faults.refusals["limit"] = 1
    await okayama.ours.raise_limit(NUMBER, MORE)
    await okayama.pass_s(400)
    view = await okayama.ours.request(NUMBER)
    assert (view.reason, view.used_wh, limit_of(view)) == ("energy_limit", 200, (1, "refused"))
    assert await kinds(okayama) == ["switched_on", "limit_refused", "switched_off"]


async def test_a_meter_that_had_reached_its_limit_first_stays_open(okayama: Neighbourhood) -> None:
    await okayama.do(CAR, "plug_car")
    await okayama.start(energy_wh_max=100)
    await okayama.pass_s(200, watching=False)
    assert okayama.face(CAR)[0] == "open"
    await okayama.ours.raise_limit(NUMBER, MORE)
    await okayama.pass_s(30)
    view = await okayama.ours.request(NUMBER)
    assert (view.reason, view.used_wh, limit_of(view)) == ("energy_limit", 100, (1, "refused"))
    assert okayama.face(CAR)[0] == "open"
    assert await kinds(okayama) == ["switched_on", "limit_refused", "switched_off"]


async def test_a_stop_right_after_wins_over_the_wish(okayama: Neighbourhood) -> None:
    await okayama.do(CAR, "plug_car")
    await okayama.start(energy_wh_max=200)
    await okayama.ours.raise_limit(NUMBER, MORE)
    await okayama.ours.stop(NUMBER)
    await okayama.look()
    view = await okayama.ours.request(NUMBER)
    assert (view.state, view.reason, limit_of(view)) == ("closed", "stopped", (1, "refused"))


async def test_a_wish_while_the_link_is_lost_reaches_the_meter_when_it_is_back(
    okayama: Neighbourhood,
) -> None:
    await okayama.do(CAR, "plug_car")
    await okayama.start(energy_wh_max=5_000)
    await okayama.do(CAR, "cut_link")
    await okayama.pass_s(30)
    assert (await okayama.ours.request(NUMBER)).state == "link_lost"
    await okayama.ours.raise_limit(NUMBER, RaiseLimit(generation=1, energy_wh_max=6_000))
    await okayama.pass_s(5)
    await okayama.do(CAR, "mend_link")
    await okayama.pass_s(20)
    view = await okayama.ours.request(NUMBER)
    assert (view.state, view.energy_wh_max, limit_of(view)) == ("on", 6_000, (1, "raised"))


async def test_no_limit_outlasts_a_day(okayama: Neighbourhood) -> None:
    await okayama.start(energy_wh_max=200)
    await okayama.ours.raise_limit(NUMBER, MORE)
    await okayama.look()
    order = okayama.street.meter(SMIDS[CAR]).order
    assert order is not None
    assert (order.energy_wh_max, order.duration_ms_max) == (500, REQUEST_LASTS_MS_MAX)
