"""What one look means, where the street would take too long to get there."""

import pytest
from msgspec.structs import replace

from konsento.mdms.limits import CLOSING_PATIENCE_MS, LIMIT_GRACE_MS, REQUEST_LASTS_MS_MAX
from konsento.mdms.meter import MeterAnswer, Switch
from konsento.mdms.outlet import Outlet
from konsento.mdms.request import FINAL, Request, State
from konsento.mdms.settings import MdmsSettings
from konsento.mdms.sighting import Refused, Sighting, Silence, decide, stop
from konsento.mdms.turn import Decision

NOW_MS = 1_795_219_200_000
SETTINGS = MdmsSettings()


def an_outlet() -> Outlet:
    return Outlet(
        outlet="OKY-0012",
        smid="SM-9001",
        place="33101",
        voltage_v=200,
        power_w_max=4_000,
        register_modulo_wh=1_000_000_000,
        register_step_wh=10,
        generation=7,
        register_wh=5_000,
        register_at_ms=NOW_MS - 3_000,
        heard_at_ms=NOW_MS - 3_000,
        assured_at_ms=NOW_MS - 3_000,
    )


def a_request(state: State = State.ON) -> Request:
    on = state in {State.ON, State.LINK_LOST}
    return Request(
        request_number="req-00000001",
        server="ours",
        outlet="OKY-0012",
        energy_wh_max=1_000,
        duration_s_max=3_600,
        counted_from="switch_on",
        power_type="solar",
        retailer="setouchi",
        state=state,
        generation=7,
        asked_at_ms=NOW_MS - 60_000,
        commanded_at_ms=NOW_MS - 59_000,
        switched_on_at_ms=NOW_MS - 58_000 if on else None,
        opening_register_wh=4_980,
        register_wh=5_000,
        used_wh=20,
        next_look_at_ms=NOW_MS,
    )


def an_answer(
    switch: Switch = "closed", *, generation: int = 7, register_wh: int = 5_000
) -> MeterAnswer:
    return MeterAnswer(
        at_ms=NOW_MS, register_wh=register_wh, power_w=0, switch=switch, generation=generation
    )


def look(request: Request, sighting: Sighting, outlet: Outlet | None = None) -> Decision:
    return decide(request, outlet or an_outlet(), sighting, NOW_MS, SETTINGS)


SIGHTINGS: tuple[Sighting, ...] = (
    Silence(),
    an_answer("open"),
    an_answer("closed"),
    an_answer("open", generation=6),
    an_answer("closed", generation=6),
    an_answer("open", generation=9),
    an_answer("closed", generation=9),
    an_answer("open", register_wh=-1),
    an_answer("closed", register_wh=-1),
    Refused(an_answer("open", generation=6)),
    Refused(an_answer("closed", generation=6)),
    Refused(an_answer("open")),
)


@pytest.mark.parametrize("state", [state for state in State if state not in FINAL])
@pytest.mark.parametrize("sighting", SIGHTINGS)
def test_whatever_is_seen_in_whatever_state_is_decided_and_never_loses_the_opening_register(
    state: State, sighting: Sighting
) -> None:
    decision = look(a_request(state), sighting)
    after = decision.request
    assert after.generation <= decision.outlet.generation
    assert after.opening_register_wh is not None
    assert after.used_wh >= 20 or state is State.HELD
    assert after.is_live or decision.told[-1].final
    assert after.state in FINAL or after.next_look_at_ms >= NOW_MS
    if after.state is State.CLOSED:
        assert after.closing_register_wh == after.register_wh


def test_an_energy_limit_the_meter_did_not_keep_is_kept_by_us_one_step_later() -> None:
    kept = replace(a_request(), opening_register_wh=4_000)
    assert look(kept, an_answer(register_wh=5_000)).request.state is State.ON
    passed = replace(a_request(), opening_register_wh=3_990)
    decision = look(passed, an_answer(register_wh=5_000))
    assert (decision.request.state, decision.request.reason) == (
        State.SWITCHING_OFF, "energy_limit",
    )  # fmt: skip
    assert decision.request.generation == 8


@pytest.mark.parametrize("counted_from", ["switch_on", "first_use"])
def test_a_time_limit_the_meter_did_not_keep_is_kept_by_us_after_a_grace(
    counted_from: str,
) -> None:
    since_ms = NOW_MS - 3_600_000 - LIMIT_GRACE_MS
    request = replace(
        a_request(),
        counted_from=counted_from,
        switched_on_at_ms=since_ms,
        first_use_at_ms=since_ms + 1,
    )
    decision = look(request, an_answer())
    passed = counted_from == "switch_on"
    assert decision.request.state is (State.SWITCHING_OFF if passed else State.ON)


def test_nothing_stays_on_longer_than_a_day() -> None:
    request = replace(
        a_request(), duration_s_max=None, switched_on_at_ms=NOW_MS - REQUEST_LASTS_MS_MAX
    )
    decision = look(request, an_answer())
    assert (decision.request.state, decision.request.reason) == (State.SWITCHING_OFF, "time_limit")


def test_a_switch_that_says_it_obeyed_and_is_closed_is_told_again_and_reported() -> None:
    decision = look(a_request(State.OFF_UNREAD), an_answer("closed"))
    assert decision.request.state is State.SWITCHING_OFF
    assert decision.request.generation == 8
    assert decision.outlet.inoperative_because == "switch_stuck"


def test_an_answer_to_an_older_command_frees_nothing() -> None:
    decision = look(a_request(State.SWITCHING_OFF), an_answer("open", generation=6))
    assert decision.request.state is State.SWITCHING_OFF
    assert decision.told == ()


def test_open_under_an_older_command_for_long_is_written_off_and_reported() -> None:
    request = replace(
        a_request(State.SWITCHING_OFF),
        reason="stopped",
        unbelieved_since_ms=NOW_MS - CLOSING_PATIENCE_MS,
    )
    decision = look(request, an_answer("open", generation=6))
    assert (decision.request.state, decision.request.closing_register_wh) == (State.CLOSED, 5_000)
    assert decision.outlet.inoperative_because == "reading_implausible"


def test_a_meter_ahead_of_us_is_followed_while_on_and_outbid_otherwise() -> None:
    assert look(a_request(), an_answer(generation=9)).request.generation == 9
    starting = look(a_request(State.SWITCHING_ON), an_answer("open", generation=9))
    assert (starting.request.state, starting.request.generation) == (State.SWITCHING_ON, 10)


def test_a_command_that_may_still_be_on_its_way_starts_the_fail_safe_anew() -> None:
    outlet = replace(an_outlet(), assured_at_ms=NOW_MS - 999_000)
    decision = stop(a_request(State.SWITCHING_ON), outlet, NOW_MS, SETTINGS)
    assert decision.outlet.assured_at_ms == NOW_MS
    silent = look(decision.request, Silence(), decision.outlet)
    assert silent.request.state is State.SWITCHING_OFF


@pytest.mark.parametrize("state", list(State))
def test_stop_is_the_same_wish_in_every_state(state: State) -> None:
    decision = stop(a_request(state), an_outlet(), NOW_MS, SETTINGS)
    again = stop(decision.request, decision.outlet, NOW_MS, SETTINGS)
    assert again.request == decision.request
    assert again.told == ()


def test_the_end_is_told_once_as_presumed_and_once_as_final() -> None:
    outlet = replace(an_outlet(), assured_at_ms=NOW_MS - SETTINGS.open_after_ms)
    request = replace(a_request(), commanded_at_ms=NOW_MS - SETTINGS.open_after_ms)
    presumed = look(request, Silence(), outlet)
    assert [(told.kind, told.final) for told in presumed.told] == [
        ("link_lost", False), ("switched_off", False),
    ]  # fmt: skip
    silent = look(presumed.request, Silence(), presumed.outlet)
    assert silent.told == ()
    obeyed = an_answer("open", generation=presumed.request.generation)
    ended = look(silent.request, obeyed, silent.outlet)
    assert [(told.kind, told.final) for told in ended.told] == [
        ("link_back", False), ("switched_off", True),
    ]  # fmt: skip
