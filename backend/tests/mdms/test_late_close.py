"""What our own control system tells of used energy only ever grows, however late it is told.

A bill made before the closing register is therefore never too high with it.
"""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from konsento.mdms.meter import MeterAnswer
from konsento.mdms.outlet import Outlet
from konsento.mdms.request import Request, State
from konsento.mdms.settings import MdmsSettings
from konsento.mdms.sighting import Refused, Sighting, Silence, decide

NOW_MS = 1_795_219_200_000
OPENING_WH = 999_999_990  # a step before the register's last: it rolls over in most examples
MODULO_WH = 1_000_000_000
SETTINGS = MdmsSettings()

OUTLET = Outlet(
    outlet="OKY-0012", smid="SM-9001", place="33101", voltage_v=200, power_w_max=4_000,
    register_modulo_wh=MODULO_WH, register_step_wh=10, generation=7,
    register_wh=OPENING_WH, register_at_ms=NOW_MS, heard_at_ms=NOW_MS, assured_at_ms=NOW_MS,
)  # fmt: skip
REQUEST = Request(
    request_number="req-00000001", server="ours", outlet="OKY-0012", energy_wh_max=100_000,
    duration_s_max=None, counted_from="switch_on", power_type="solar", retailer="setouchi",
    state=State.ON, generation=7, asked_at_ms=NOW_MS, commanded_at_ms=NOW_MS,
    switched_on_at_ms=NOW_MS, opening_register_wh=OPENING_WH, register_wh=OPENING_WH,
    next_look_at_ms=NOW_MS,
)  # fmt: skip

silence = st.tuples(st.just("silence"), st.integers(1_000, 30 * 86_400_000))
answers = st.tuples(
    st.sampled_from(["closed", "open", "refused"]),
    st.integers(500, 7 * 86_400_000),
    st.integers(-2_000, 200_000),
    st.sampled_from([6, 7, 8, 9]),
)


def seen(what: tuple[object, ...], request: Request, now_ms: int) -> Sighting:
    """A meter that says anything at all: forward, backward, under any generation."""
    if what[0] == "silence":
        return Silence()
    name, _, moved_wh, generation = what
    register_wh = ((request.register_wh or 0) + int(str(moved_wh))) % MODULO_WH
    answer = MeterAnswer(
        at_ms=now_ms, register_wh=register_wh // 10 * 10, power_w=0,
        switch="closed" if name == "closed" else "open", generation=int(str(generation)),
    )  # fmt: skip
    return Refused(answer) if name == "refused" else answer


@given(st.lists(silence | answers, max_size=30))
def test_whatever_a_meter_says_the_energy_told_never_falls(
    looks: list[tuple[object, ...]],
) -> None:
    request, outlet, now_ms, told_wh = REQUEST, OUTLET, NOW_MS, 0
    for what in looks:
        now_ms += int(str(what[1]))
        decision = decide(request, outlet, seen(what, request, now_ms), now_ms, SETTINGS)
        for told in decision.told:
            if told.used_wh is not None:
                assert told.used_wh >= told_wh
                told_wh = told.used_wh
        request, outlet = decision.request, decision.outlet
        if not request.is_live:
            assert decision.told[-1].final
            assert decision.told[-1].used_wh == told_wh
            return


def test_silence_for_days_is_followed_by_the_final_event_of_the_same_request() -> None:
    cut = decide(REQUEST, OUTLET, Silence(), NOW_MS + 600_000, SETTINGS)
    assert (cut.request.state, cut.told[-1].final) == (State.OFF_UNREAD, False)
    now_ms = NOW_MS + 3 * 86_400_000
    back = MeterAnswer(
        at_ms=now_ms, register_wh=190, power_w=0, switch="open",
        generation=cut.request.generation, switched_at_ms=NOW_MS + 60_000,
        opened_because="link_lost",
    )  # fmt: skip
    end = decide(replace(cut.request, look=9), cut.outlet, back, now_ms, SETTINGS)
    assert (end.request.state, end.request.request_number) == (State.CLOSED, "req-00000001")
    final = end.told[-1]
    assert (final.kind, final.final, final.closing_register_wh) == ("switched_off", True, 190)
    assert final.used_wh == 200
