"""What a session makes of the control system's events, in whatever order they come."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from konsento.management.charging.heard import heard, why_it_ended
from konsento.management.charging.record import Session
from konsento.management.charging.session import (
    OVER,
    Forbidden,
    Patience,
    Reason,
    RestBecause,
    State,
    deadline_ms,
)
from konsento.management.payments.interruption import dark_ms_of
from konsento.mdms.contract import Event, EventKind

NOW_MS = 1_795_219_200_000
PATIENCE = Patience()
KINDS: tuple[EventKind, ...] = (
    "switched_on", "start_failed", "measured", "link_lost", "link_back", "power_lost",
    "power_back", "switched_off", "paused", "resumed",
)  # fmt: skip


def session(state: State = State.STARTING, **facts: object) -> Session:
    given: dict[str, object] = {
        "id": "s1", "request_number": "r1", "visitor": "v", "code": "K7PX3M8Q5D",
        "outlet": "OKW-0012", "state": state, "chosen_by": "energy", "energy_wh_max": 5_000,
        "duration_s_max": None, "counted_from": "switch_on", "power_type": "solar",
        "retailer_id": "harukaze", "created_at_ms": NOW_MS,
        "deadline_ms": deadline_ms(state, NOW_MS, PATIENCE, drew=False),
    }  # fmt: skip
    return Session(**(given | facts))  # type: ignore[arg-type]


def event(kind: EventKind, *, s: int = 10, **more: object) -> Event:
    given: dict[str, object] = {
        "cursor": s, "at_ms": NOW_MS + s * 1000, "request_number": "r1", "outlet": "OKW-0012",
    }  # fmt: skip
    return Event(**(given | {"kind": kind} | more))  # type: ignore[arg-type]


def on(s: int = 1) -> Event:
    return event("switched_on", s=s, opening_register_wh=1_000)


def measured(power_w: int, used_wh: int, s: int = 10) -> Event:
    register_wh = 1_000 + used_wh
    return event("measured", s=s, power_w=power_w, used_wh=used_wh, register_wh=register_wh)


def off(used_wh: int, *, final: bool = True, reason: str = "stopped", s: int = 60) -> Event:
    closing_wh = 1_000 + used_wh
    return event(
        "switched_off", s=s, reason=reason, used_wh=used_wh, closing_register_wh=closing_wh,
        final=final,
    )  # fmt: skip


def told(start: Session, *events: Event) -> Session:
    """As the loop does it: what has no meaning changes nothing."""
    for each in events:
        try:
            start = heard(start, each, each.at_ms, PATIENCE)
        except Forbidden:
            continue
    return start


def test_a_charge_is_heard_from_its_opening_register_to_its_closing_one() -> None:
    done = told(session(), on(), measured(3_000, 20), measured(3_000, 40, 20), off(50))
    assert (done.state, done.final, done.used_wh) == (State.SETTLING, True, 50)
    assert (done.opening_register_wh, done.closing_register_wh) == (1_000, 1_050)
    assert done.first_use_at_ms == NOW_MS + 10_000


def test_power_that_never_flowed_is_no_idling() -> None:
    waiting = told(session(), on(), measured(0, 0), measured(3, 0, 20))
    assert (waiting.state, waiting.drew) == (State.CHARGING, False)
    assert waiting.deadline_ms == NOW_MS + 1_000 + PATIENCE.no_load_within_ms


def test_the_first_power_ends_the_wait_for_a_load() -> None:
    flowing = told(session(), on(), measured(0, 0), measured(1_500, 10, 20))
    assert flowing.drew
    assert flowing.deadline_ms == NOW_MS + 20_000 + PATIENCE.charge_within_ms


def test_power_that_has_flowed_and_stopped_is_idling_with_a_deadline_that_does_not_move() -> None:
    idle = told(session(), on(), measured(3_000, 20), measured(0, 30, 20), measured(0, 30, 50))
    assert idle.state is State.IDLE
    assert idle.deadline_ms == NOW_MS + 20_000 + PATIENCE.idle_within_ms
    assert told(idle, measured(3_000, 40, 60)).state is State.CHARGING


def rest(kind: EventKind, pause: int, used_wh: int = 30, s: int = 30) -> Event:
    return event(kind, s=s, pause=pause, used_wh=used_wh, register_wh=1_000 + used_wh)


def test_a_pause_waits_with_its_number_and_a_resumption_goes_on() -> None:
    paused = told(session(), on(), measured(3_000, 20), measured(0, 30, 20), rest("paused", 1))
    assert (paused.state, paused.pause, paused.power_w) == (State.PAUSED, 1, 0)
    assert (paused.used_wh, paused.register_wh) == (30, 1_030)
    assert paused.deadline_ms == NOW_MS + 30_000 + PATIENCE.idle_within_ms
    going = told(paused, rest("resumed", 1, s=90), measured(3_000, 60, 93))
    assert (going.state, going.pause, going.used_wh) == (State.CHARGING, 1, 60)


def test_a_pause_told_again_has_a_new_number_and_the_same_deadline() -> None:
    paused = told(session(), on(), measured(3_000, 20), rest("paused", 1))
    again = told(paused, rest("paused", 2, s=60))
    assert (again.state, again.pause, again.deadline_ms) == (State.PAUSED, 2, paused.deadline_ms)


def test_what_was_given_up_is_neither_paused_nor_resumed() -> None:
    given_up = session(State.SETTLING, switched_on_at_ms=NOW_MS)
    assert told(given_up, rest("paused", 1), rest("resumed", 1, s=40)) == given_up


def test_silence_shows_no_power_and_a_measurement_proves_it_over() -> None:
    silent = told(session(), on(), measured(3_000, 20), event("link_lost", s=20))
    assert (silent.state, silent.power_w, silent.used_wh) == (State.LINK_LOST, None, 20)
    assert told(silent, measured(3_000, 90, 60)).state is State.CHARGING


def dark(s: int = 20) -> Session:
    return told(session(), on(), measured(3_000, 20), event("power_lost", s=s))


def light(pause: int = 1, s: int = 80) -> Event:
    return event("paused", s=s, pause=pause, used_wh=30, register_wh=1_030, reason="power_lost")


def test_an_outage_interrupts_and_its_end_is_a_pause_that_waits_longer() -> None:
    gone = dark()
    assert (gone.state, gone.power_w, gone.used_wh) == (State.INTERRUPTED, None, 20)
    assert gone.dark_since_ms == NOW_MS + 20_000
    assert gone.deadline_ms == NOW_MS + 20_000 + PATIENCE.dark_within_ms
    back = told(gone, light())
    assert (back.state, back.rest_because) == (State.PAUSED, RestBecause.POWER_LOST)
    assert (back.pause, back.used_wh, back.dark_since_ms) == (1, 30, None)
    assert back.deadline_ms == NOW_MS + 80_000 + PATIENCE.resume_within_ms
    on_again = told(back, rest("resumed", 1, s=90))
    assert (on_again.state, on_again.rest_because) == (State.CHARGING, None)


@pytest.mark.parametrize("state", [State.CHARGING, State.IDLE, State.PAUSED, State.RESUMING])
def test_an_outage_interrupts_whatever_runs(state: State) -> None:
    assert told(session(state), event("power_lost")).state is State.INTERRUPTED


def test_an_outage_told_twice_is_one_and_what_was_known_of_it_stays() -> None:
    gone = dark().with_facts(dark_because="area")
    assert told(gone, event("power_lost", s=90)) == gone
    later = told(gone, light(), event("power_lost", s=100))
    assert (later.state, later.dark_because) == (State.INTERRUPTED, None)
    assert later.dark_since_ms == NOW_MS + 100_000


def test_the_lengths_of_outages_add_up_and_count_no_further_than_the_end() -> None:
    twice = told(dark(s=20), light(s=80), event("power_lost", s=100), light(pause=2, s=130))
    assert (twice.dark_ms, dark_ms_of(twice)) == (90_000, 90_000)
    again = told(twice, event("power_lost", s=150))
    assert dark_ms_of(again) == 90_000
    ended = told(again.with_facts(state=State.STOPPING), off(30, final=False, s=170))
    assert dark_ms_of(ended) == 110_000
    assert dark_ms_of(told(ended, off(30, s=900))) == 110_000


@pytest.mark.parametrize("kind", ["link_lost", "link_back", "power_back", "measured", "resumed"])
def test_nothing_but_a_pause_or_an_end_leads_out_of_the_dark(kind: EventKind) -> None:
    assert told(dark(), event(kind, s=90, power_w=3_000)).state is State.INTERRUPTED


def test_what_ends_in_the_dark_is_billed_soon_and_what_ends_in_the_light_is_waited_for() -> None:
    stopping = told(dark(), event("power_lost", s=30)).with_facts(state=State.STOPPING)
    ended = told(stopping, off(20, final=False, s=40))
    assert (ended.state, ended.final) == (State.SETTLING, False)
    assert ended.deadline_ms == NOW_MS + 40_000 + PATIENCE.dark_bill_within_ms
    lit = told(session(), on(), measured(3_000, 20), off(20, final=False, s=40))
    assert lit.deadline_ms == NOW_MS + 40_000 + PATIENCE.settle_within_ms


def test_an_end_by_hearsay_waits_for_the_register_and_takes_it() -> None:
    guessed = told(session(), on(), measured(3_000, 20), off(20, final=False, reason="link_lost"))
    assert (guessed.state, guessed.final) == (State.SETTLING, False)
    known = told(guessed, event("link_back", s=90), off(70, reason="link_lost", s=91))
    assert (known.final, known.used_wh, known.reason) == (True, 70, Reason.LINK_LOST)
    assert known.ended_at_ms == guessed.ended_at_ms


def test_an_older_guess_does_not_undo_a_final_end() -> None:
    known = told(session(), on(), off(70))
    assert told(known, off(20, final=False, s=99)) == known


def test_the_first_reason_stays() -> None:
    stopping = session(State.STOPPING, reason=Reason.DRIVER)
    assert told(stopping, off(70, reason="energy_limit")).reason is Reason.DRIVER


def test_a_switch_that_was_heard_on_late_still_counts_its_time() -> None:
    given_up = session(State.SETTLING, ended_at_ms=NOW_MS + 400_000)
    known = told(given_up, on(s=500), off(300, s=501))
    assert known.switched_on_at_ms == NOW_MS + 500_000
    assert (known.opening_register_wh, known.used_wh, known.final) == (1_000, 300, True)


def test_a_start_that_failed_at_nothing_is_over() -> None:
    failed = told(session(), event("start_failed", reason="no_answer", used_wh=0, final=True))
    assert (failed.state, failed.reason) == (State.START_FAILED, Reason.START_FAILED)


def test_a_start_that_failed_while_it_was_stopped_is_cancelled() -> None:
    stopping = session(State.STOPPING, reason=Reason.DRIVER)
    failed = told(stopping, event("start_failed", reason="no_answer", used_wh=0, final=True))
    assert (failed.state, failed.reason) == (State.CANCELLED, Reason.DRIVER)


def test_a_start_that_failed_after_delivering_is_billed() -> None:
    failed = told(session(), event("start_failed", reason="no_answer", used_wh=30, final=True))
    assert (failed.state, failed.used_wh, failed.final) == (State.SETTLING, 30, True)


def test_a_limit_chosen_in_yen_is_told_in_yen() -> None:
    assert why_it_ended(session(chosen_by="money"), "energy_limit") is Reason.MONEY_LIMIT
    assert why_it_ended(session(), "energy_limit") is Reason.ENERGY_LIMIT
    assert why_it_ended(session(), "never heard of") is Reason.START_FAILED


ANY_EVENT = st.builds(
    event,
    st.sampled_from(KINDS),
    s=st.integers(0, 10_000),
    power_w=st.sampled_from([None, 0, 9, 10, 3_000]),
    used_wh=st.sampled_from([None, 0, 10, 4_000]),
    register_wh=st.sampled_from([None, 1_010]),
    closing_register_wh=st.sampled_from([None, 1_020]),
    reason=st.sampled_from([None, "stopped", "energy_limit", "no_answer", "power_lost"]),
    final=st.booleans(),
)


@given(st.sampled_from([s for s in State if s not in OVER]), st.lists(ANY_EVENT, max_size=12))
@settings(derandomize=True, max_examples=500, deadline=None)
def test_events_in_any_order_and_number_never_break_a_session(
    state: State, events: list[Event]
) -> None:
    record = session(state)
    for each in events:
        before, record = record, told(record, each)
        assert record.state in OVER or record.deadline_ms is not None
        assert record.sequence >= before.sequence
        assert (record == before) is (record.sequence == before.sequence)


@given(st.lists(ANY_EVENT, max_size=8))
@settings(derandomize=True, max_examples=300, deadline=None)
def test_a_final_end_is_never_lost(events: list[Event]) -> None:
    known = told(session(State.CHARGING), off(70))
    assert told(known, *events) == known


def test_a_final_end_is_taken_from_every_state_that_may_have_drawn() -> None:
    ends = (off(70), event("start_failed", reason="no_answer", used_wh=70, final=True))
    may_draw = [S for S in State if S not in OVER | {State.AUTHORISING}]
    for state, end in itertools.product(may_draw, ends):
        assert (told(session(state), end).final, told(session(state), end).used_wh) == (True, 70)


def test_what_is_over_hears_nothing_more() -> None:
    for state, kind in itertools.product(OVER, KINDS):
        over = session(state, final=True)
        assert heard(over, event(kind, final=True, used_wh=99), NOW_MS, PATIENCE) is over


def test_every_change_counts_the_sequence_up() -> None:
    changed = told(session(), on())
    assert changed.sequence == 2
