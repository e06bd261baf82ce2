"""The rules one by one, where the little town has to be wired otherwise to show them."""

from konsento.outage import slots
from konsento.outage.judgement.automation import SectionOpened
from konsento.outage.judgement.judge import remember
from konsento.outage.judgement.memory import blank
from konsento.outage.judgement.terms import Kind, Node
from tests.outage.small_town import RELAYS, SLOT, asked, ints, judged, may_be_told, seen, told, town

# All of T1 speaks through R2 alone, and nobody else does; the others share R0 and R1.
BEHIND_ONE = town({**RELAYS, 0: (0, 1, 10, 11), 1: (2, 3, 8, 9), 2: (4, 5, 6, 7)})
# T1 speaks through R0 and R2, which have no others.
BEHIND_TWO = town({**RELAYS, 0: (4, 5), 2: (6, 7), 1: (0, 1, 2, 3, 8, 9, 10, 11)})
BATTERIES = ints(-1, -1, -1, -1, -1, -1, -1, -1)


def test_a_transformer_and_its_only_relay_cannot_be_told_apart() -> None:
    judgement = judged(seen("T1", trees=BEHIND_ONE))
    assert told(judgement) == {"T1": "unknown none"}
    assert judgement.pings.rows.tolist() == [4, 5, 6]
    assert may_be_told(judgement) == set()


def test_a_ping_that_gets_as_far_as_the_meter_decides_for_the_wires() -> None:
    found = judged(seen("T1", trees=BEHIND_ONE, answers=asked("m4=unknown", trees=BEHIND_ONE)))
    assert told(found) == {"T1": "outage live_way"}


def test_a_word_of_no_power_decides_for_the_wires() -> None:
    found = judged(seen("T1", trees=BEHIND_ONE, answers=asked("m4=no_power", trees=BEHIND_ONE)))
    assert told(found) == {"T1": "outage no_power"}


def test_pings_that_do_not_get_through_decide_for_the_way() -> None:
    failed = asked("m4=communication_failure m5=communication_failure", trees=BEHIND_ONE)
    found = judged(seen("T1", trees=BEHIND_ONE, answers=failed))
    assert told(found) == {"R2": "comm_lost unreached"}


def test_pings_that_do_not_get_through_say_nothing_where_the_transformer_feeds_the_relay() -> None:
    fed = town({**RELAYS, 0: (0, 1, 10, 11), 2: (4, 5, 6, 7)},
               feed_of_relay=ints(-1, -1, 1, -1, -1, -1, -1, -1))  # fmt: skip
    failed = asked("m4=communication_failure m5=communication_failure", trees=fed)
    assert told(judged(seen("T1", trees=fed, answers=failed))) == {"T1": "unknown none"}


def test_what_is_unknown_is_asked_three_times_and_then_left() -> None:
    twice = asked("m4=unknown_meter m5=unknown_meter m6=unknown_meter", 2, trees=BEHIND_ONE)
    asking = judged(seen("T1", trees=BEHIND_ONE, answers=twice))
    assert asking.pings.attempt.tolist() == [3, 3, 3]
    assert set(asking.pings.not_before_ms.tolist()) == {150_000 + 150_000}
    thrice = asked("m4=unknown_meter m5=unknown_meter m6=unknown_meter", 3, trees=BEHIND_ONE)
    assert len(judged(seen("T1", trees=BEHIND_ONE, answers=thrice)).pings) == 0


def test_one_transformer_explains_two_relays_that_have_no_others() -> None:
    assert told(judged(seen("T1", trees=BEHIND_TWO))) == {"T1": "outage feeds"}


def test_what_only_its_feeding_proves_is_not_told() -> None:
    failed = asked("T1=communication_failure", trees=BEHIND_TWO)
    assert may_be_told(judged(seen("T1", trees=BEHIND_TWO, answers=failed))) == set()


def test_one_relay_explains_two_transformers_that_have_no_other() -> None:
    one = town({**RELAYS, 4: (16, 23, 24), 5: (17, 18, 8, 9, 10, 11), 2: (6, 7), 1: (2, 3),
                3: (14, 15, 19, 20, 21, 22, 25)})  # fmt: skip
    found = judged(seen("T2 T5", trees=one))
    assert told(found) == {"R5": "comm_lost explains"}


def test_a_section_with_witnesses_below_one_transformer_is_broken_into_its_children() -> None:
    # T0 speaks through living relays, T1 only through its own: what T1 is cannot be known.
    found = judged(seen("S0", trees=BEHIND_ONE))
    assert told(found) == {"T0": "outage live_way", "S0": "unknown none"}


def test_one_meter_with_power_breaks_the_section_and_leaves_its_dark_transformer() -> None:
    found = judged(seen("S0", answers=asked("m0=powered")))
    assert told(found) == {
        "T1": "outage live_way", "m0": "read_missed", "m1": "unknown", "m2": "unknown",
        "m3": "unknown",
    }  # fmt: skip


def test_a_heard_meter_within_the_tolerance_does_not_save_a_transformer() -> None:
    # Five meters, four silent: 80 %.
    five = town({**RELAYS})
    column = five.transformer_of_meter.copy()
    column[12] = 1
    moved = type(five)(**{**vars(five), "transformer_of_meter": column})
    assert told(judged(seen("m4 m5 m6 m7", trees=moved))) == {"T1": "outage live_way"}


def test_a_concentrator_without_known_supply_or_live_feeders_is_not_proven() -> None:
    unfed = town(feed_of_concentrator=ints(-1, -1), feed_of_relay=BATTERIES)
    found = judged(seen("C0", trees=unfed, mute="C0"))
    assert told(found) == {"F0": "unknown none", "C0": "unknown none"}


def test_an_empty_batch_shows_that_its_concentrator_lives() -> None:
    judgement = judged(seen("C1"))
    assert "C1" not in told(judgement)
    assert told(judgement)["S3"] == "unknown none"
    assert may_be_told(judgement) == set()


def test_a_head_end_with_a_batch_from_anywhere_lives() -> None:
    found = told(judged(seen("H0", mute="C0")))
    assert not any(node.startswith("H") for node in found)


def test_automation_that_calls_the_sections_energised_speaks_against_the_way() -> None:
    unfed = town(feed_of_concentrator=ints(-1, -1), feed_of_relay=BATTERIES)
    found = judged(seen("C0", trees=unfed, mute="C0", speaks=True))
    assert told(found) == {"C0": "comm_lost energised"}


def test_automation_that_has_a_section_open_whose_meters_speak_is_not_believed() -> None:
    found = judged(seen("T1", opened="S0"))
    assert told(found) == {"T1": "outage live_way"}


def test_a_single_meter_on_its_transformer_is_no_contradiction_to_its_section() -> None:
    found = judged(seen("T2 T3"))
    assert told(found) == {"S1": "outage live_way"}


def test_a_meter_silent_before_a_momentary_cut_is_not_excused_by_it() -> None:

    end_ms = slots.end_ms(SLOT)
    cut = SectionOpened(0, end_ms - 60_000, end_ms + 60_000)
    found = judged(seen("S0", events=[cut], since=dict.fromkeys(range(4), SLOT - 4)))
    assert {j.kind: j.rows.tolist() for j in found.judgements} == {
        Kind.MOMENTARY: [4, 5, 6, 7],
        Kind.OUTAGE: [0, 1, 2, 3],
    }
    assert {j.node_kind for j in found.judgements} == {Node.SECTION, Node.TRANSFORMER}


def test_the_lone_meter_of_an_area_is_left_open_until_it_says_that_it_has_no_power() -> None:
    in_vain = judged(seen("m12", answers=asked("m12=unknown", 3)))
    assert told(in_vain) == {"m12": "unknown"}


def test_two_of_a_transformer_may_be_a_coincidence_and_three_are_not() -> None:
    two = judged(seen("m20 m21 m22", answers=asked("m20=unknown m21=unknown", 3)))
    assert told(two) == {
        "m20": "own_premises cannot_tell",
        "m21": "own_premises cannot_tell",
        "m22": "unknown",
    }
    three = judged(seen("m20 m21 m22", answers=asked("m20=unknown m21=unknown m22=unknown", 3)))
    assert told(three) == {"T6": "outage asked_out"}


def test_witnesses_that_fell_silent_in_different_slots_prove_nothing() -> None:
    found = judged(seen("T5", since={17: SLOT - 6}))
    assert told(found) == {"T5": "unknown none"}


def test_a_heard_meter_outweighs_too_few_witnesses() -> None:
    # Of the five of T1, one was heard, three are behind a dead relay, one is a witness.
    five = town({**RELAYS, 0: (0, 1), 2: (4, 5, 6), 6: (12, 13, 7, 10, 11)})
    column = five.transformer_of_meter.copy()
    column[12] = 1
    moved = type(five)(**{**vars(five), "transformer_of_meter": column})
    assert told(judged(seen("m4 m5 m6 m7", trees=moved)))["T1"] == "unknown none"


def test_a_meter_whose_neighbours_speak_again_is_not_kept_in_the_dark() -> None:
    sample = asked("m0=unknown m2=unknown m4=unknown m6=unknown m1=unknown m5=unknown")
    first = seen("S0", slot=SLOT - 1, onset=SLOT - 2, answers=sample)
    memory = remember(first, blank(1), judged(first))
    found = judged(seen("R2", onset=SLOT - 2), memory)
    assert told(found) == {"R2": "comm_lost vouched"}
