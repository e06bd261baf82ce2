"""The street is the outside world: nothing that happens indoors makes it forget."""

import pytest

from konsento.foundation.clock import TestClock
from konsento.mdms.fleet.street import MeterUnknown, Street
from konsento.mdms.fleet.street_meter import obey_close
from konsento.mdms.meter import CloseOrder

ORDER = CloseOrder(
    energy_wh_max=1_000, duration_ms_max=None, counted_from="switch_on", failsafe_after_ms=60_000
)


async def stand(street: Street, clock: TestClock) -> None:
    await street.add("SM-1", power_w_max=4_000, register_wh=1_000, now_ms=clock.now_ms())


async def test_the_register_has_gone_on_while_no_process_ran(
    street: Street, clock: TestClock
) -> None:
    await stand(street, clock)
    now_ms = clock.now_ms()
    await street.do("SM-1", "plug_car", now_ms)
    await street.change("SM-1", lambda meter: obey_close(meter, 1, ORDER, now_ms))
    await clock.advance(30_000)
    after_the_kill = Street(street._database)
    await after_the_kill.wake_up()
    assert after_the_kill.faces(clock.now_ms()) == street.faces(clock.now_ms())
    (face,) = after_the_kill.faces(clock.now_ms())
    assert (face.switch, face.power_w, face.register_wh) == ("closed", 3_000, 1_020)
    await clock.advance(60_000)
    (face,) = after_the_kill.faces(clock.now_ms())
    assert (face.switch, face.power_w, face.register_wh) == ("open", 0, 1_040)


async def test_what_somebody_does_twice_is_done_once(street: Street, clock: TestClock) -> None:
    await stand(street, clock)
    for act in (
        "plug_car", "unplug", "plug_bike", "unplug", "plug_kettle", "cut_link", "mend_link",
        "cut_power", "restore_power",
    ):  # fmt: skip
        await street.do("SM-1", act, clock.now_ms())
        once = street.faces(clock.now_ms())
        await clock.advance(1_000)
        await street.do("SM-1", act, clock.now_ms())
        assert street.faces(clock.now_ms()) == once


async def test_the_faces_say_what_anybody_could_see(street: Street, clock: TestClock) -> None:
    await stand(street, clock)
    await street.do("SM-1", "plug_bike", clock.now_ms())
    await street.do("SM-1", "cut_link", clock.now_ms())
    await street.do("SM-1", "cut_power", clock.now_ms())
    (face,) = street.faces(clock.now_ms())
    assert (face.smid, face.plugged, face.link, face.power) == ("SM-1", "bike", "cut", "off")
    assert (face.switch, face.power_w, face.register_wh) == ("open", 0, 1_000)


async def test_a_meter_is_put_up_once(street: Street, clock: TestClock) -> None:
    await stand(street, clock)
    await street.add("SM-1", power_w_max=1_500, register_wh=77, now_ms=clock.now_ms())
    assert street.meter("SM-1").power_w_max == 4_000
    with pytest.raises(MeterUnknown):
        street.meter("SM-2")
