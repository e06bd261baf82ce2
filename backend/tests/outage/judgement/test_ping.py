"""Whom to ask: a sample spread over the ways, lone meters to the end, and never too many."""

import numpy as np

from konsento.outage import limits
from konsento.outage.judgement.judge import judge_slot, remember
from konsento.outage.judgement.memory import Memory
from konsento.outage.judgement.storm import Storm
from konsento.outage.judgement.terms import Kind
from konsento.outage.judgement.view import SlotView
from konsento.outage.topology.trees import Trees, checked
from tests.outage.small_town import SLOT, asked, ints, judged, may_be_told, seen

DROWNING = Memory(Storm(SLOT, np.array([limits.PARTS]), np.array([SLOT - 1])))


def long_street(transformers: int, meters: int = 10) -> Trees:
    """Transformers of ten meters in one section; every meter speaks through one of two relays
    that also serve a heard transformer (the last one)."""
    count = (transformers + 1) * meters
    return checked(
        Trees(
            transformer_of_meter=(np.arange(count) // meters).astype(np.int32),
            section_of_transformer=np.zeros(transformers + 1, np.int32),
            feeder_of_section=ints(0),
            relay_of_meter=(np.arange(count) % 2).astype(np.int32),
            concentrator_of_relay=ints(0, 0),
            head_end_of_concentrator=ints(0),
            area_of_meter=np.zeros(count, np.int32),
            feed_of_concentrator=ints(-1),
            feed_of_relay=ints(-1, -1),
            relay_is_direct=np.zeros(2, np.bool_),
            feeders=1,
            head_ends=1,
            areas=1,
        )
    )


def street_seen(street: Trees, silent: range, **more: object) -> SlotView:
    places = " ".join(f"m{row}" for row in silent)
    return seen(places, trees=street, **more)  # type: ignore[arg-type]


def test_a_sample_takes_one_of_every_relay_before_a_second_of_any() -> None:
    assert judged(seen("T1")).pings.rows.tolist() == [4, 5, 6]
    relays = {4: 0, 5: 0, 6: 2, 7: 2}
    asked_relays = [relays[row] for row in judged(seen("T1")).pings.rows.tolist()]
    assert sorted(asked_relays) == [0, 0, 2]


def test_a_transformer_of_ten_is_asked_for_five_of_its_meters() -> None:
    street = long_street(1)
    pings = judged(street_seen(street, range(10))).pings
    assert len(pings) == limits.SAMPLE_MAX
    assert sorted(row % 2 for row in pings.rows.tolist()) == [0, 0, 0, 1, 1]


def test_a_section_is_asked_for_twenty_meters_in_as_many_transformers_as_it_goes() -> None:
    street = long_street(30)
    pings = judged(street_seen(street, range(300))).pings
    assert len(pings) == limits.SAMPLES_A_NODE
    assert len({row // 10 for row in pings.rows.tolist()}) == limits.SAMPLES_A_NODE


def test_no_more_lone_meters_of_a_transformer_are_asked_than_of_a_sample() -> None:
    street = long_street(1)
    pings = judged(street_seen(street, range(7))).pings
    assert len(pings) == limits.SAMPLE_MAX


def test_a_second_attempt_waits_for_its_time() -> None:
    pings = judged(seen("m20", answers=asked("m20=unknown", at_ms=1_000))).pings
    assert pings.attempt.tolist() == [2]
    assert pings.not_before_ms.tolist() == [1_000 + limits.ATTEMPT_SPACING_MS]


def test_three_attempts_fit_into_five_minutes() -> None:
    assert (limits.ATTEMPTS - 1) * limits.ATTEMPT_SPACING_MS <= 5 * 60_000


def test_a_head_end_is_asked_no_more_than_it_can_bear() -> None:
    street = long_street(limits.PINGS_A_SLOT // 5 + 500)
    every = np.arange(street.meters, dtype=np.int32)
    lone = every[every // 2 % 2 == 0]
    view = seen("", trees=street)
    crowd = SlotView(**{**vars(view), "silent": lone, "last_slots": lone * 0 + SLOT - 1})
    first = judged(crowd).pings
    assert len(first) == limits.PINGS_A_SLOT
    answers = crowd.answers.told(
        first.rows, np.full(len(first), 3, np.int8), np.zeros(len(first), np.int64)
    )
    assert len(judged(SlotView(**{**vars(crowd), "answers": answers})).pings) == 0


def test_in_a_storm_samples_are_left_and_lone_meters_wait() -> None:
    view = seen("T1 m20")
    pings = judge_slot(view, DROWNING).pings
    assert pings.rows.tolist() == [4, 5, 6]
    assert judged(view).pings.rows.tolist() == [4, 5, 6, 20]


def test_in_a_storm_what_is_unproven_is_asked_once() -> None:
    unproven = seen("C1")
    once = asked("C1=communication_failure")
    again = SlotView(**{**vars(unproven), "answers": once})
    assert len(judge_slot(unproven, DROWNING).pings) > 0
    assert len(judge_slot(again, DROWNING).pings) == 0


def test_in_a_storm_two_judged_slots_with_witnesses_stand_for_a_sample() -> None:
    first = seen("T1", slot=SLOT - 1, onset=SLOT - 2)
    judgement = judge_slot(first, DROWNING)
    assert may_be_told(judgement) == set()
    memory = remember(first, DROWNING, judgement)
    assert may_be_told(judge_slot(seen("T1", onset=SLOT - 2), memory)) == {"T1"}


def test_in_a_storm_slots_in_which_the_way_was_dead_do_not_count() -> None:
    first = seen("C0", slot=SLOT - 1, onset=SLOT - 2, mute="C0")
    memory = remember(first, DROWNING, judge_slot(first, DROWNING))
    assert may_be_told(judge_slot(seen("T1", onset=SLOT - 2), memory)) == set()


def test_lost_communication_is_not_asked_for() -> None:
    judgement = judged(seen("C1", mute="C1"))
    assert {each.kind for each in judgement.judgements} == {Kind.COMM_LOST}
    assert len(judgement.pings) == 0
