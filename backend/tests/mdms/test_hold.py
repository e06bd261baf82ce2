"""One outlet, one request, whoever asks and however many at once (C12)."""

import asyncio

import pytest
from msgspec.structs import replace

from konsento.foundation.databases import GRID
from konsento.mdms.contract import ChargeOrder, MdmsRefused
from tests.mdms.neighbourhood import BIKE, CAR, Neighbourhood, an_order

NUMBER = "req-00000001"


async def test_of_two_hundred_at_once_exactly_one_is_accepted(okayama: Neighbourhood) -> None:
    askers = [okayama.ours, okayama.theirs]
    views = await asyncio.gather(
        *(askers[n % 2].order(f"req-{n:08d}", an_order()) for n in range(200))
    )
    accepted = [view for view in views if view.result == "accepted"]
    assert len(accepted) == 1
    assert {view.reason for view in views if view.result == "rejected"} == {"outlet_busy"}
    await okayama.look()
    assert okayama.face(CAR)[0] == "closed"


async def test_the_same_order_twice_is_one_request_and_the_same_answer(
    okayama: Neighbourhood,
) -> None:
    views = await asyncio.gather(*(okayama.ours.order(NUMBER, an_order()) for _ in range(20)))
    assert {view.result for view in views} == {"accepted"}
    rows = await GRID.ask("SELECT request_number FROM mdms_request")
    assert len(rows) == 1


async def test_a_rejected_number_stays_rejected_and_a_fresh_one_may_be_accepted(
    okayama: Neighbourhood,
) -> None:
    await okayama.theirs.order("req-theirs01", an_order())
    first = await okayama.ours.order(NUMBER, an_order())
    await okayama.theirs.stop("req-theirs01")
    again = await okayama.ours.order(NUMBER, an_order())
    assert (first.result, first.reason) == (again.result, again.reason) == (
        "rejected", "outlet_busy",
    )  # fmt: skip
    assert again.final
    assert (await okayama.ours.order("req-00000002", an_order())).result == "accepted"


@pytest.mark.parametrize(
    "other",
    [
        an_order(BIKE),
        an_order(energy_wh_max=999),
        an_order(duration_s_max=60),
        an_order(retailer="another"),
        replace(an_order(), counted_from="first_use"),
        replace(an_order(), power_type="wind"),
    ],
)
async def test_a_number_stands_for_one_order_only(
    okayama: Neighbourhood, other: ChargeOrder
) -> None:
    await okayama.ours.order(NUMBER, an_order())
    with pytest.raises(MdmsRefused) as refused:
        await okayama.ours.order(NUMBER, other)
    assert (refused.value.status, refused.value.slug) == (409, "number-taken")


async def test_another_servers_number_is_taken_for_us_and_unknown_to_us(
    okayama: Neighbourhood,
) -> None:
    await okayama.theirs.order(NUMBER, an_order())
    with pytest.raises(MdmsRefused) as refused:
        await okayama.ours.order(NUMBER, an_order())
    assert refused.value.slug == "number-taken"
    for ask in (okayama.ours.request, okayama.ours.stop):
        with pytest.raises(MdmsRefused) as refused:
            await ask(NUMBER)
        assert (refused.value.status, refused.value.slug) == (404, "unknown-request")


async def test_an_unknown_outlet_is_rejected(okayama: Neighbourhood) -> None:
    view = await okayama.ours.order(NUMBER, an_order("OKY-9999"))
    assert (view.result, view.reason, view.state) == ("rejected", "outlet_unknown", "rejected")


async def test_an_outlet_whose_link_is_lost_is_rejected_before_it_is_tried(
    okayama: Neighbourhood,
) -> None:
    await okayama.do(CAR, "cut_link")
    await okayama.pass_s(15)
    view = await okayama.ours.order(NUMBER, an_order())
    assert (view.result, view.reason) == ("rejected", "unreachable")
