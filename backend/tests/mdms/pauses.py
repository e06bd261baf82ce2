"""A charge whose plug was pulled, for the stories told of pauses."""

from konsento.mdms.contract import RequestView
from tests.mdms.neighbourhood import CAR, Neighbourhood

NUMBER = "req-00000001"


async def a_pause(
    okayama: Neighbourhood, *, energy_wh_max: int | None = 1_000, duration_s_max: int | None = None
) -> RequestView:
    """A car charges for a minute, is unplugged, and its outlet is dead."""
    await okayama.do(CAR, "plug_car")
    await okayama.start(energy_wh_max=energy_wh_max, duration_s_max=duration_s_max)
    await okayama.pass_s(60)
    await okayama.do(CAR, "unplug")
    await okayama.pass_s(20)
    view = await okayama.ours.request(NUMBER)
    assert (view.state, view.final, view.pauses) == ("paused", False, 1)
    assert okayama.face(CAR)[0] == "open"
    return view


async def kinds(okayama: Neighbourhood) -> list[str]:
    return [event.kind for event in await okayama.news()]
