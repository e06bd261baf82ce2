"""One slot after the other: what is told, whom it took, what goes on and what grew out of what."""

import pytest

from konsento.outage import slots
from konsento.outage.judgement.automation import SectionOpened
from konsento.outage.judgement.evidence import Judgement
from konsento.outage.judgement.judge import SlotJudgement, judge_slot, remember
from konsento.outage.judgement.memory import Memory, blank
from konsento.outage.judgement.terms import Answer, Kind, Node
from konsento.outage.judgement.view import SlotView
from konsento.outage.topology.trees import Change
from tests.outage.small_town import (
    SLOT,
    TOWN,
    asked,
    ints,
    judged,
    of_meter,
    rows_of,
    seen,
    told,
)

MINUTE_MS = 60_000


def only(judgement: SlotJudgement, kind: Kind = Kind.OUTAGE) -> Judgement:
    """The one judgement of its kind."""
    (found,) = [each for each in judgement.judgements if each.kind == kind]
    return found


def after(view: SlotView, memory: Memory | None = None) -> Memory:
    """What a slot leaves to the next."""
    before = memory or blank(view.trees.head_ends)
    return remember(view, before, judge_slot(view, before))


def confirmed(place: str) -> Memory:
    """An outage below a node that was asked for and told in the slot before the usual one."""
    sample = " ".join(f"m{row}=unknown" for row in rows_of(place))
    return after(seen(place, slot=SLOT - 1, onset=SLOT - 2, answers=asked(sample)))


def test_an_outage_names_its_meters_and_how_many_of_each_area() -> None:
    outage = only(judged(seen("S0 m8 m9 m10 m11 m12")))
    assert (outage.node_kind, outage.node) == (Node.FEEDER, 0)
    assert outage.rows.tolist() == list(range(13))
    assert outage.areas.tolist() == [0, 1]
    assert outage.meters_out.tolist() == [12, 1]


def test_an_outage_began_between_the_last_reading_and_the_next() -> None:
    outage = only(judged(seen("T1", since={4: SLOT - 3, 5: SLOT - 2, 6: SLOT - 2, 7: SLOT - 5})))
    assert (outage.since_from_ms, outage.since_to_ms) == (
        slots.end_ms(SLOT - 2),
        slots.end_ms(SLOT - 1),
    )


def test_automation_knows_the_instant_at_which_it_began() -> None:
    outage = only(judged(seen("S0", opened="S0")))
    assert outage.since_from_ms == outage.since_to_ms == slots.end_ms(SLOT) - 10 * MINUTE_MS


def test_a_feeder_began_with_the_first_of_its_sections() -> None:
    outage = only(judged(seen("F1", opened="S2 S3")))
    assert outage.node_kind == Node.FEEDER
    assert outage.since_from_ms == slots.end_ms(SLOT) - 10 * MINUTE_MS


def test_of_meters_never_heard_nobody_knows_since_when() -> None:
    outage = only(judged(seen("T1", onset=-1)))
    assert (outage.since_from_ms, outage.since_to_ms) == (None, slots.end_ms(SLOT))


def test_the_evidence_is_counted() -> None:
    evidence = only(judged(seen("T0 R0", answers=asked("m2=no_power m3=unknown")))).evidence
    assert (evidence.below, evidence.silent, evidence.asked, evidence.no_power) == (4, 4, 2, 1)
    assert (evidence.way_lives, evidence.way_is_fed) == (2, 2)
    lost = only(judged(seen("C1", mute="C1")), Kind.COMM_LOST).evidence
    assert (lost.below, lost.silent, lost.vouched, lost.batch) == (13, 13, 3, False)


def test_a_view_is_judged_twice_alike() -> None:
    view = seen("T1 R1 m20", answers=asked("m20=unknown"))
    first, again = judged(view), judged(view)
    assert told(first) == told(again)
    assert first.pings.rows.tolist() == again.pings.rows.tolist()


def test_nothing_is_said_when_nobody_is_silent() -> None:
    judgement = judged(seen(""))
    assert (judgement.judgements, len(judgement.lone.rows), len(judgement.pings)) == ((), 0, 0)


def test_an_outage_goes_on_under_its_key_and_is_not_asked_for_again() -> None:
    memory = confirmed("T1")
    going_on = judged(seen("T1", onset=SLOT - 2), memory)
    outage = only(going_on)
    assert outage.key == memory.open[0].key
    assert outage.since_from_ms == slots.end_ms(SLOT - 2)
    assert outage.tell
    assert len(going_on.pings) == 0
    assert going_on.back == ()


def test_a_sample_that_the_way_kept_from_us_is_asked_again_in_the_next_slot() -> None:
    sample = asked("m4=communication_failure m5=communication_failure m6=communication_failure")
    memory = after(seen("T1", slot=SLOT - 1, onset=SLOT - 2, answers=sample))
    again = judged(seen("T1", onset=SLOT - 2), memory)
    assert not only(again).tell
    assert again.pings.rows.tolist() == [4, 5, 6]
    assert again.pings.attempt.tolist() == [2, 2, 2]


def test_a_meter_that_spoke_is_back_while_the_others_wait() -> None:
    memory = confirmed("S0")
    judgement = judged(seen("T1", onset=SLOT - 2), memory)
    (back,) = judgement.back
    assert (back.key, back.rows.tolist(), back.over) == (memory.open[0].key, [0, 1, 2, 3], True)


def test_what_is_dark_after_its_section_is_back_is_a_child_of_its_outage() -> None:
    memory = confirmed("S0")
    child = only(judged(seen("T1", onset=SLOT - 2), memory))
    assert (child.node_kind, child.node) == (Node.TRANSFORMER, 1)
    assert child.parent == memory.open[0].key
    assert child.key != memory.open[0].key
    assert child.since_from_ms == memory.open[0].since_from_ms
    assert not child.tell


def test_a_lone_meter_left_over_remembers_the_outage_that_it_was_in() -> None:
    memory = confirmed("S0")
    lone = judged(seen("m5", onset=SLOT - 2), memory).lone
    assert lone.rows.tolist() == [5]
    assert memory.open[lone.before[0]].node_kind == Node.SECTION


def test_a_feeder_that_goes_dark_above_a_transformer_absorbs_its_outage() -> None:
    memory = confirmed("T1")
    grown = only(judged(seen("F0", since=dict.fromkeys(range(4, 8), SLOT - 2)), memory))
    assert grown.node_kind == Node.FEEDER
    assert grown.absorbs == (memory.open[0].key,)
    assert grown.parent is None


def test_a_meter_in_an_outage_stays_in_it_while_its_way_is_dead() -> None:
    memory = confirmed("T1")
    hidden = judged(seen("T1 C0", onset=SLOT - 2, mute="C0"), memory)
    outage = only(hidden)
    assert (outage.node_kind, outage.node, outage.key) == (
        Node.TRANSFORMER,
        1,
        memory.open[0].key,
    )
    assert outage.rows.tolist() == [4, 5, 6, 7]
    assert hidden.back == ()


def test_lost_communication_goes_on_under_its_key() -> None:
    memory = after(seen("C1", slot=SLOT - 1, onset=SLOT - 2, mute="C1"))
    lost = only(judged(seen("C1", onset=SLOT - 2, mute="C1"), memory), Kind.COMM_LOST)
    assert lost.key == memory.open[0].key
    (back,) = judged(seen(""), memory).back
    assert back.over


def test_a_meter_asked_in_vain_is_asked_once_in_each_slot_after() -> None:
    view = seen("m20", slot=SLOT - 1, onset=SLOT - 2, answers=asked("m20=unknown", 3))
    memory = after(view)
    judgement = judged(seen("m20", onset=SLOT - 2), memory)
    assert judgement.pings.attempt.tolist() == [4]
    once_more = seen("m20", onset=SLOT - 2, answers=asked("m20=unknown"))
    assert len(judged(once_more, memory).pings) == 0
    assert told(judged(once_more, memory)) == {"m20": "own_premises cannot_tell"}


def test_the_answers_of_a_meter_that_spoke_are_forgotten() -> None:
    memory = after(seen("m20", slot=SLOT - 1, answers=asked("m20=unknown m21=unknown")))
    assert memory.asked.rows.tolist() == [20]
    spoke = after(seen("m20", slot=SLOT - 1, answers=asked("m20=powered")))
    assert len(spoke.asked.rows) == 0


def test_an_old_answer_is_no_word_on_the_way_of_today() -> None:
    memory = confirmed("T1")
    assert memory.asked.of(ints(4)).answer.tolist() == [Answer.UNKNOWN]
    lost = judged(seen("R1 R0 R2 m12 m13", mute="C0"), memory)
    assert told(lost)["C0"].startswith("comm_lost")


def test_each_meter_can_be_asked_what_is_said_of_it() -> None:
    view = seen("T1 m20", answers=asked("m20=no_power"))
    judgement = judged(view)
    whole, alone = of_meter(view, judgement, 6), of_meter(view, judgement, 20)
    assert whole is not None
    assert (whole.kind, whole.node_kind) == (Kind.OUTAGE, Node.TRANSFORMER)
    assert alone is not None
    assert (alone.kind, alone.rows.tolist(), alone.evidence.no_power) == (
        Kind.OWN_PREMISES,
        [20],
        1,
    )
    assert of_meter(view, judgement, 21) is None


def test_a_slot_is_judged_by_the_trees_that_were_valid_in_it() -> None:
    moved = TOWN.changed(Change(SLOT + 1, "transformer_of_meter", ints(7), ints(0)))
    assert told(judged(seen("T1", trees=moved.at(SLOT)))) == {"T1": "outage live_way"}
    assert told(judged(seen("T1", trees=moved)))["T1"] == "outage live_way"
    assert told(judged(seen("m4 m5 m6 m7", trees=moved)))["m7"] == "unknown"


@pytest.mark.parametrize("places", ["T5", "S0 m8 m9 m10 m11 m12"])
def test_an_unproven_or_untold_outage_is_remembered_as_such(places: str) -> None:
    memory = after(seen(places))
    assert [each.confirmed for each in memory.open] == [False]


def test_an_opening_that_the_meters_contradict_does_not_date_what_comes_later() -> None:
    long_ago = SectionOpened(0, slots.end_ms(SLOT - 4))
    view = seen("S0", events=[long_ago], answers=asked("S0=unknown"))
    outage = only(judged(view))
    assert outage.tell
    assert (outage.since_from_ms, outage.since_to_ms) == (
        slots.end_ms(SLOT - 1),
        slots.end_ms(SLOT),
    )
