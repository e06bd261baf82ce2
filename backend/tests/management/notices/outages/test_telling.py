"""Each state of what a customer was told, against each thing that may be seen of their meter."""

import pytest

from konsento.management.notices.outages.facts import Facts
from konsento.management.notices.outages.telling import STEPS, Seen, Word, decide, seen
from konsento.management.notices.outages.told import Kind, Phase, Told
from tests.management.notices.outages.neighbours import (
    ALONE,
    DARK,
    FEEDER,
    MINE,
    MUTE,
    NOON_MS,
    ON,
    Household,
    at,
    but,
    facts,
    unknown_until,
)

BACK = but(FEEDER, restored_at_ms=NOON_MS + 100 * 60_000)
WRONG = but(FEEDER, retracted=True)
SPEAKS = but(ON, heard_until_ms=NOON_MS + 120 * 60_000)
NOW_MS = NOON_MS + 130 * 60_000
SEEN: dict[Seen, Facts] = {
    Seen.AREA: facts(DARK, FEEDER),
    Seen.OWN: facts(ALONE, MINE),
    Seen.SPEAKS: facts(SPEAKS, FEEDER),
    Seen.WRONG: facts(SPEAKS, WRONG),
    Seen.NO_PROOF: facts(SPEAKS, MINE),
    Seen.SILENT: facts(MUTE, FEEDER),
    Seen.BACK: facts(MUTE, BACK),
    Seen.UNPROVEN: facts(MUTE, WRONG),
    Seen.GONE: facts(but(MUTE, judgement="not_in_service"), FEEDER),
}


def told(phase: Phase) -> Told:
    return Told(
        phase=phase, outage="feeder", thread="feeder", first_at_ms=NOON_MS + 50 * 60_000,
        heard_until_ms=NOON_MS, since_ms=NOON_MS, grade="likely" if phase is Phase.OWN else None,
    )  # fmt: skip


PHASES = [None, *Phase]


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("what", list(Seen))
def test_every_state_knows_what_to_say_of_everything_that_may_be_seen(
    phase: Phase | None, what: Seen
) -> None:
    word, after = STEPS[(phase, what)]
    before = None if phase is None else told(phase)
    if before is not None and what is Seen.NO_PROOF:
        before = but(before, grade="confirmed")
        what = seen(before, SEEN[what])
        word, after = STEPS[(phase, what)]
    kind, then = decide(before, SEEN[what], NOW_MS)
    assert (None if then is None else then.phase) == after or before is None
    assert (kind is None) >= (word is Word.NOTHING)


def test_a_switch_s_word_that_no_meter_bore_out_is_told_to_nobody() -> None:
    home, unasked = Household(), facts(DARK, but(FEEDER, verified=False))
    assert home.look(50, unasked) == []
    assert home.look(60, facts(DARK, FEEDER)) == [Kind.AREA]


@pytest.mark.parametrize("what", [each for each in Seen if each is not Seen.NO_PROOF])
def test_what_is_seen_is_told_apart(what: Seen) -> None:
    assert seen(told(Phase.AREA), SEEN[what]) is what


def test_a_meter_whose_own_breaker_was_open_proves_nothing_by_being_read() -> None:
    """It has power itself, and was read all the time."""
    before = but(told(Phase.OWN), grade="confirmed")
    assert seen(before, SEEN[Seen.NO_PROOF]) is Seen.NO_PROOF
    home, own = Household(), but(ALONE, grade="confirmed")
    assert home.look(50, facts(own, MINE)) == [Kind.OWN_CONFIRMED]
    assert home.look(120, facts(SPEAKS, MINE)) == []
    later = but(own, heard_until_ms=NOON_MS + 120 * 60_000)
    assert home.look(130, facts(later, MINE)) == []
    assert home.standing.waits


def test_a_breaker_that_its_meter_says_is_closed_is_told_restored() -> None:
    home = Household()
    home.look(50, facts(but(ALONE, grade="confirmed"), MINE))
    closed = but(ON, heard_until_ms=NOON_MS + 30 * 60_000, restored_at_ms=NOON_MS + 70 * 60_000)
    over = but(MINE, restored_at_ms=NOON_MS + 70 * 60_000)
    assert home.look(71, facts(closed, over)) == [Kind.RESTORED]
    assert not home.standing.waits


def test_a_breaker_of_which_nothing_is_known_any_more_is_let_go_without_a_word() -> None:
    home = Household()
    home.look(50, facts(but(ALONE, grade="confirmed"), MINE))
    assert home.look(120, facts(SPEAKS)) == []
    assert not home.standing.waits


def test_the_table_has_every_pair_and_no_other() -> None:
    assert set(STEPS) == {(phase, what) for phase in PHASES for what in Seen}


@pytest.mark.parametrize("phase", list(Phase))
def test_no_state_is_a_trap(phase: Phase) -> None:
    assert STEPS[(phase, Seen.SPEAKS)][1] is None
    assert STEPS[(phase, Seen.WRONG)][1] is None
    assert STEPS[(phase, Seen.GONE)][1] is None


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("what", list(Seen))
def test_restored_is_said_on_the_word_of_the_own_meter_alone(
    phase: Phase | None, what: Seen
) -> None:
    word = STEPS[(phase, what)][0]
    assert word is not Word.RESTORED or what is Seen.SPEAKS


def test_an_area_outage_is_told_once() -> None:
    home = Household()
    assert home.look(50, facts(DARK, FEEDER)) == [Kind.AREA]
    assert home.look(51, facts(DARK, FEEDER)) == []
    assert home.look(80, facts(DARK, but(FEEDER, households_out=900))) == []


def test_a_meter_that_answers_is_told_nothing() -> None:
    home = Household()
    assert home.look(50, facts(ON, FEEDER)) == []
    assert not home.standing.waits


@pytest.mark.parametrize("judgement", ["checking", "unknown", "planned", "not_in_service"])
def test_silence_without_an_outage_is_told_to_nobody(judgement: str) -> None:
    assert Household().look(50, facts(but(MUTE, judgement=judgement), FEEDER)) == []


def test_an_outage_that_is_over_is_not_told_for_the_first_time() -> None:
    assert Household().look(50, facts(DARK, BACK)) == []
    assert Household().look(50, facts(DARK, WRONG)) == []


@pytest.mark.parametrize(
    ("grade", "kind"),
    [
        ("confirmed", Kind.OWN_CONFIRMED),
        ("likely", Kind.OWN_LIKELY),
        ("cannot_tell", Kind.OWN_CANNOT_TELL),
        (None, Kind.OWN_CANNOT_TELL),
    ],
)
def test_the_own_premises_are_told_by_their_evidence(grade: str | None, kind: Kind) -> None:
    assert Household().look(50, facts(but(ALONE, grade=grade), MINE)) == [kind]


def test_a_surer_grade_is_told() -> None:
    home = Household()
    home.look(50, facts(ALONE, MINE))
    assert home.look(55, facts(but(ALONE, grade="confirmed"), MINE)) == [Kind.OWN_CONFIRMED]
    assert home.look(56, facts(but(ALONE, grade="confirmed"), MINE)) == []


def test_alone_becomes_the_area_when_the_neighbours_fall_silent() -> None:
    home = Household()
    home.look(50, facts(ALONE, MINE))
    assert home.look(80, facts(DARK, FEEDER, told=MINE)) == [Kind.AREA]


def test_a_new_estimate_is_told_and_a_slight_one_is_not() -> None:
    home = Household()
    home.look(50, facts(DARK, FEEDER))
    assert home.look(55, facts(DARK, but(FEEDER, expected=at(120)))) == [Kind.EXPECTED_CHANGED]
    assert home.look(60, facts(DARK, but(FEEDER, expected=at(129)))) == []
    assert home.look(65, facts(DARK, but(FEEDER, expected=at(130)))) == [Kind.EXPECTED_CHANGED]


def test_the_promised_word_is_told_when_it_says_unknown_again() -> None:
    home = Household()
    home.look(50, facts(DARK, but(FEEDER, expected=unknown_until(150))))
    later = but(FEEDER, expected=unknown_until(200))
    assert home.look(149, facts(DARK, later)) == [Kind.EXPECTED_CHANGED]


def test_estimate_and_cause_that_change_together_are_one_notice() -> None:
    home = Household()
    home.look(50, facts(DARK, FEEDER))
    both = but(FEEDER, expected=at(120), cause="tree", cause_text="樹木が電線に触れたため")
    assert home.look(55, facts(DARK, both)) == [Kind.EXPECTED_CHANGED]
    assert home.look(56, facts(DARK, both)) == []


def test_a_cause_is_told() -> None:
    home = Household()
    home.look(50, facts(DARK, FEEDER))
    assert home.look(55, facts(DARK, but(FEEDER, cause="tree"))) == [Kind.CAUSE_CHANGED]


def test_an_estimate_that_passed_is_told_once_and_again_for_the_next() -> None:
    home = Household()
    first = but(FEEDER, expected=at(120))
    home.look(50, facts(DARK, first))
    assert home.look(135, facts(DARK, but(first, overdue=True))) == [Kind.OVERDUE]
    assert home.look(136, facts(DARK, but(first, overdue=True))) == []
    second = but(FEEDER, expected=at(180))
    assert home.look(140, facts(DARK, second)) == [Kind.EXPECTED_CHANGED]
    assert home.look(195, facts(DARK, but(second, overdue=True))) == [Kind.OVERDUE]


def test_the_area_is_back_and_theirs_is_silent() -> None:
    home = Household()
    home.look(50, facts(DARK, FEEDER))
    assert home.look(105, facts(MUTE, BACK)) == [Kind.AREA_BACK_YOURS_SILENT]
    assert home.look(106, facts(MUTE, BACK)) == []
    assert home.look(130, facts(SPEAKS, BACK)) == [Kind.RESTORED]
    assert not home.standing.waits


def test_one_transformer_that_stays_out_is_told_so_in_the_same_thread() -> None:
    home = Household()
    home.look(50, facts(DARK, FEEDER))
    rest = but(FEEDER, outage="transformer", parent="feeder", households_out=13)
    still = facts(but(DARK, outage="transformer"), rest, told=BACK)
    assert home.look(105, still) == [Kind.AREA_BACK_YOURS_SILENT]
    again = facts(but(DARK, outage="transformer"), rest, told=rest)
    assert home.look(106, again) == []
    assert {tell.thread for tell in home.told} == {"feeder"}


def test_an_outage_absorbed_by_another_is_no_news() -> None:
    home = Household()
    home.look(50, facts(DARK, FEEDER))
    larger = but(FEEDER, outage="substation")
    assert home.look(55, facts(but(DARK, outage="substation"), larger, told=larger)) == []
    assert home.standing.fault is not None
    assert home.standing.fault.outage == "substation"


def test_a_late_reading_takes_it_back() -> None:
    home = Household()
    home.look(50, facts(DARK, FEEDER))
    late = but(ON, heard_until_ms=NOON_MS + 30 * 60_000)
    assert home.look(55, facts(late, FEEDER)) == [Kind.TAKEN_BACK]


def test_a_short_outage_that_was_told_late_was_no_mistake() -> None:
    home = Household()
    home.look(50, facts(DARK, FEEDER))
    heard = but(ON, heard_until_ms=NOON_MS + 30 * 60_000)
    over = but(FEEDER, restored_at_ms=NOON_MS + 30 * 60_000)
    assert home.look(55, facts(heard, over)) == [Kind.RESTORED]


def test_what_was_taken_back_and_not_proven_is_said_to_be_unknown_and_then_known() -> None:
    home = Household()
    home.look(50, facts(DARK, FEEDER))
    assert home.look(55, facts(MUTE, WRONG)) == [Kind.TAKEN_BACK_UNSURE]
    assert home.look(60, facts(MUTE, WRONG)) == []
    assert home.look(120, facts(SPEAKS, WRONG)) == [Kind.TAKEN_BACK]
    assert not home.standing.waits


def test_after_taking_back_a_later_outage_is_told_again() -> None:
    home = Household()
    home.look(50, facts(DARK, FEEDER))
    assert home.look(55, facts(SPEAKS, WRONG)) == [Kind.TAKEN_BACK]
    later = but(DARK, heard_until_ms=NOON_MS + 150 * 60_000)
    assert home.look(200, facts(later, FEEDER)) == [Kind.AREA]


def test_the_instant_it_spoke_again_is_as_good_as_a_reading() -> None:
    home = Household()
    home.look(50, facts(DARK, FEEDER))
    pinged = but(ON, restored_at_ms=NOON_MS + 70 * 60_000)
    assert home.look(71, facts(pinged, BACK)) == [Kind.RESTORED]


def test_power_without_a_word_of_the_own_meter_is_not_restored() -> None:
    home = Household()
    home.look(50, facts(DARK, FEEDER))
    assert home.look(110, facts(ON, BACK)) == [Kind.AREA_BACK_YOURS_SILENT]
