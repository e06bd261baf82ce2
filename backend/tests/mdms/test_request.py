"""The request's state table, read aloud."""

import itertools
from typing import get_args

import pytest

from konsento.mdms.contract import RequestState
from konsento.mdms.request import AT_REST, FINAL, NEXT, WANTED_OFF, Happening, State, after

TABLE = """
held            opening_read   switching_on
held            stop_wanted    closed
held            gave_up        failed
switching_on    read_closed    on
switching_on    read_open      closed
switching_on    read_astray    switching_off
switching_on    stop_wanted    switching_off
switching_on    refused        switching_off
switching_on    gave_up        switching_off
switching_on    presumed_open  off_unread
on              read_open      closed
on              read_astray    switching_off
on              stop_wanted    switching_off
on              limit_passed   switching_off
on              silent         link_lost
on              presumed_open  off_unread
on              load_gone      pausing
on              power_lost     dark
link_lost       read_closed    on
link_lost       read_open      closed
link_lost       read_astray    switching_off
link_lost       stop_wanted    switching_off
link_lost       limit_passed   switching_off
link_lost       presumed_open  off_unread
link_lost       power_lost     dark
pausing         read_open      paused
pausing         read_astray    switching_off
pausing         stop_wanted    switching_off
pausing         limit_passed   switching_off
pausing         presumed_open  off_unread
pausing         power_lost     dark
paused          read_closed    pausing
paused          stop_wanted    switching_off
paused          limit_passed   switching_off
paused          power_lost     dark
paused          resume_wanted  resuming
resuming        read_closed    on
resuming        read_open      closed
resuming        read_astray    switching_off
resuming        stop_wanted    switching_off
resuming        refused        pausing
resuming        gave_up        pausing
resuming        presumed_open  off_unread
resuming        power_lost     dark
dark            power_back     pausing
dark            stop_wanted    off_unread
dark            limit_passed   off_unread
dark            written_off    closed
switching_off   read_open      closed
switching_off   presumed_open  off_unread
switching_off   written_off    closed
off_unread      read_open      closed
off_unread      read_closed    switching_off
off_unread      read_astray    switching_off
off_unread      written_off    closed
"""
MOVES = {
    (State(state), Happening(happening)): State(then)
    for state, happening, then in (line.split() for line in TABLE.split("\n") if line)
}


@pytest.mark.parametrize(
    ("state", "happening"),
    list(itertools.product(State, Happening)),
    ids=lambda value: str(value),
)
def test_every_pair_of_state_and_happening_goes_where_the_table_says(
    state: State, happening: Happening
) -> None:
    assert after(state, happening) is MOVES.get((state, happening), state)


def test_no_move_is_written_that_is_not_read_aloud_here() -> None:
    assert NEXT == MOVES


def test_a_final_state_is_left_by_nothing() -> None:
    assert not [pair for pair in NEXT if pair[0] in FINAL]


@pytest.mark.parametrize("state", [state for state in State if state not in FINAL])
def test_no_state_is_a_trap(state: State) -> None:
    reached = {state}
    while True:
        more = {then for (before, _), then in NEXT.items() if before in reached} | reached
        if more == reached:
            break
        reached = more
    assert reached & FINAL


def test_an_outlet_that_may_be_on_is_only_freed_by_reading_it_open_or_writing_it_off() -> None:
    may_be_on = set(State) - FINAL - {State.HELD}
    freed_by = {
        happening
        for (state, happening), then in NEXT.items()
        if state in may_be_on and then in FINAL
    }
    assert freed_by == {Happening.READ_OPEN, Happening.WRITTEN_OFF}


def test_what_is_wanted_off_is_never_wanted_on_again() -> None:
    for (state, _), then in NEXT.items():
        if state in WANTED_OFF:
            assert then in WANTED_OFF | FINAL


def test_a_pause_is_left_for_power_only_by_being_asked_to() -> None:
    asked = {then for (state, what), then in NEXT.items() if what is Happening.RESUME_WANTED}
    assert asked == {State.RESUMING}
    for (state, what), then in NEXT.items():
        if state in {*AT_REST, State.DARK} and what is not Happening.RESUME_WANTED:
            assert then not in {State.ON, State.RESUMING, State.SWITCHING_ON}


def test_no_darkness_is_left_for_power_without_a_pause() -> None:
    assert {then for (state, _), then in NEXT.items() if state is State.DARK} == {
        State.PAUSING, State.OFF_UNREAD, State.CLOSED,
    }  # fmt: skip


def test_the_contract_names_the_same_states() -> None:
    assert {state.value for state in State} == set(get_args(RequestState))
