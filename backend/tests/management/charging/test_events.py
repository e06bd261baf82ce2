"""What a change of a session makes worth telling is owed with it, and at most one thing."""

import itertools

import msgspec

from konsento.management.charging import events
from konsento.management.charging.record import Session
from konsento.management.charging.session import Patience, Reason, RestBecause, State

SESSION = Session(
    id="s1", request_number="r1", visitor="v1", code="c1", outlet="o1", state=State.CHARGING,
    chosen_by="energy", energy_wh_max=5_000, duration_s_max=None, counted_from="switch_on",
    power_type="solar", retailer_id="harukaze", created_at_ms=0, deadline_ms=None,
)  # fmt: skip
PATIENCE = Patience(no_load_within_ms=180_000, link_told_after_ms=45_000)
NOT_CHOSEN = {Reason.OPERATOR, Reason.LINK_LOST, Reason.POWER_LOST}


def at(state: State, reason: Reason | None = None) -> Session:
    return msgspec.structs.replace(SESSION, state=state, reason=reason)


def test_a_change_owes_at_most_one_thing_and_staying_owes_nothing() -> None:
    for before, after, reason in itertools.product(State, State, [None, *Reason]):
        owed = events.news(at(before), at(after, reason), PATIENCE)
        assert len(owed) <= (before is not after)
        if after is State.IDLE and before is not after:
            assert owed == {events.IDLE: 30_000}
        if after is State.PAUSED and before is not after:
            assert owed == {events.PAUSED: 0}
        if after is State.INTERRUPTED and before is not after:
            assert owed == {events.POWER_LOST: 0}
        if (before, after) == (State.STARTING, State.CHARGING):
            assert owed == {events.NO_LOAD_YET: 60_000}
        if after is State.LINK_LOST and before is not after:
            assert owed == {events.LINK_LOST: 45_000}
        if (before, after) == (State.LINK_LOST, State.CHARGING):
            assert owed == {events.LINK_BACK: 0}
        if after is State.CANCELLED and reason is Reason.DRIVER:
            assert owed == {}
        if after is State.SETTLING and before is not after:
            assert (events.CUT_OFF in owed) is (reason in NOT_CHOSEN)


def test_a_pause_after_an_outage_is_another_news_than_one_for_want_of_a_load() -> None:
    rests = msgspec.structs.replace(at(State.PAUSED), rest_because=RestBecause.POWER_LOST)
    assert events.news(at(State.INTERRUPTED), rests, PATIENCE) == {events.POWER_BACK: 0}
    assert events.news(at(State.RESUMING), rests, PATIENCE) == {events.POWER_BACK: 0}
