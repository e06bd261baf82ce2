"""The session's state table: every pair is stated, nothing is a trap, everything has a deadline."""

import ast
import inspect
import itertools

import pytest

from konsento.management.charging import overdue
from konsento.management.charging.session import (
    HOLDS_OUTLET,
    NEXT,
    OVER,
    Event,
    Forbidden,
    Patience,
    RestBecause,
    State,
    after,
    deadline_ms,
)

NOW_MS = 1_795_219_200_000
PATIENCE = Patience()
S, E = State, Event

# What stands here is the table read aloud once more: from each state, what leads where.
ALOUD: dict[State, dict[State, set[Event]]] = {
    S.AUTHORISING: {
        S.STARTING: {E.AUTHORISED},
        S.REFUSED: {E.NOT_AUTHORISED},
        S.CANCELLED: {E.STOP_WANTED},
    },
    S.STARTING: {
        S.CHARGING: {E.SWITCHED_ON},
        S.STOPPING: {E.STOP_WANTED},
        S.START_FAILED: {E.ORDER_REJECTED, E.NEVER_STARTED},
        S.SETTLING: {E.SWITCHED_OFF},
    },
    S.CHARGING: {
        S.CHARGING: {E.FLOWING},
        S.IDLE: {E.NOT_FLOWING},
        S.PAUSED: {E.PAUSED},
        S.INTERRUPTED: {E.POWER_LOST},
        S.LINK_LOST: {E.LINK_LOST},
        S.STOPPING: {E.STOP_WANTED},
        S.SETTLING: {E.SWITCHED_OFF},
    },
    S.IDLE: {
        S.IDLE: {E.NOT_FLOWING},
        S.CHARGING: {E.FLOWING},
        S.PAUSED: {E.PAUSED},
        S.INTERRUPTED: {E.POWER_LOST},
        S.LINK_LOST: {E.LINK_LOST},
        S.STOPPING: {E.STOP_WANTED},
        S.SETTLING: {E.SWITCHED_OFF},
    },
    S.INTERRUPTED: {
        S.INTERRUPTED: {E.POWER_LOST},
        S.PAUSED: {E.PAUSED},
        S.STOPPING: {E.STOP_WANTED},
        S.SETTLING: {E.SWITCHED_OFF},
    },
    S.PAUSED: {
        S.PAUSED: {E.PAUSED},
        S.INTERRUPTED: {E.POWER_LOST},
        S.RESUMING: {E.RESUME_WANTED},
        S.CHARGING: {E.RESUMED},
        S.STOPPING: {E.STOP_WANTED},
        S.SETTLING: {E.SWITCHED_OFF},
    },
    S.RESUMING: {
        S.RESUMING: {E.RESUME_WANTED},
        S.CHARGING: {E.RESUMED},
        S.PAUSED: {E.PAUSED},
        S.INTERRUPTED: {E.POWER_LOST},
        S.STOPPING: {E.STOP_WANTED},
        S.SETTLING: {E.SWITCHED_OFF},
    },
    S.LINK_LOST: {
        S.CHARGING: {E.LINK_BACK, E.FLOWING},
        S.INTERRUPTED: {E.POWER_LOST},
        S.PAUSED: {E.PAUSED},
        S.IDLE: {E.NOT_FLOWING},
        S.STOPPING: {E.STOP_WANTED},
        S.SETTLING: {E.SWITCHED_OFF},
    },
    S.STOPPING: {
        S.STOPPING: {
            E.STOP_WANTED, E.SWITCHED_ON, E.FLOWING, E.NOT_FLOWING, E.LINK_LOST, E.LINK_BACK,
            E.PAUSED, E.RESUMED, E.POWER_LOST,
        },
        S.CANCELLED: {E.ORDER_REJECTED, E.NEVER_STARTED},
        S.SETTLING: {E.SWITCHED_OFF},
    },
    S.SETTLING: {S.SETTLING: {E.STOP_WANTED, E.SWITCHED_OFF}, S.SETTLED: {E.SETTLED}},
    **{over: {over: {E.STOP_WANTED}} for over in OVER},
}  # fmt: skip
# What the house brings about by itself, by a deadline, whatever the outside does or leaves undone.
OURS = {E.STOP_WANTED, E.NOT_AUTHORISED, E.SWITCHED_OFF, E.SETTLED}


def stated(state: State, event: Event) -> State | None:
    return next((to for to, events in ALOUD[state].items() if event in events), None)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("event", Event)
def test_every_pair_leads_where_it_is_said_to_or_changes_nothing(
    state: State, event: Event
) -> None:
    wanted = stated(state, event)
    if wanted is None:
        with pytest.raises(Forbidden):
            after(state, event)
    else:
        assert after(state, event) is wanted


def test_nothing_leaves_a_state_that_is_over() -> None:
    for state, event in itertools.product(OVER, Event):
        assert NEXT.get((state, event), state) is state


@pytest.mark.parametrize("state", State)
def test_from_every_state_the_house_alone_can_bring_it_to_an_end(state: State) -> None:
    reached = {state}
    for _ in State:
        reached |= {NEXT[at, event] for at in reached for event in OURS if (at, event) in NEXT}
    assert reached & OVER


@pytest.mark.parametrize("state", [state for state in State if state not in OVER])
@pytest.mark.parametrize("drew", [False, True])
def test_every_live_state_has_a_deadline(state: State, drew: bool) -> None:
    ends_ms = deadline_ms(state, NOW_MS, PATIENCE, drew=drew)
    assert ends_ms is not None
    assert NOW_MS < ends_ms <= NOW_MS + PATIENCE.charge_within_ms


@pytest.mark.parametrize("state", sorted(OVER))
def test_what_is_over_waits_for_nothing(state: State) -> None:
    assert deadline_ms(state, NOW_MS, PATIENCE, drew=True) is None


@pytest.mark.parametrize("state", [state for state in State if state not in OVER])
def test_every_live_state_is_named_where_the_overdue_is_ended(state: State) -> None:
    named = {
        node.attr
        for node in ast.walk(ast.parse(inspect.getsource(overdue)))
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "State"
    }
    assert state.name in named


def test_only_what_may_draw_power_holds_the_outlet() -> None:
    assert set(State) - HOLDS_OUTLET == OVER | {S.AUTHORISING, S.SETTLING}


def test_after_an_outage_a_pause_waits_for_who_has_gone_away() -> None:
    for rests, within_ms in (
        (None, PATIENCE.idle_within_ms),
        (RestBecause.NO_LOAD, PATIENCE.idle_within_ms),
        (RestBecause.POWER_LOST, PATIENCE.resume_within_ms),
    ):
        ends_ms = deadline_ms(S.PAUSED, NOW_MS, PATIENCE, drew=True, rests=rests)
        assert ends_ms == NOW_MS + within_ms


def test_an_outlet_without_a_load_waits_less_long_than_one_that_has_drawn() -> None:
    empty = deadline_ms(S.CHARGING, NOW_MS, PATIENCE, drew=False)
    assert empty == NOW_MS + 180_000
    assert deadline_ms(S.CHARGING, NOW_MS, PATIENCE, drew=True) != empty
