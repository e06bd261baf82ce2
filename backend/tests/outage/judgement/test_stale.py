"""Openings whose end was never told: the meters know better."""

from konsento.outage import slots
from konsento.outage.judgement.automation import SectionOpened
from tests.outage.small_town import SLOT, asked, judged, may_be_told, rows_of, seen

BEFORE_MS = slots.end_ms(SLOT - 1) - 600_000


def told_of(silent: str, onset: int) -> set[str]:
    """Below a section that automation has open, when none of its meters answers a ping."""
    opened, answers = [SectionOpened(2, BEFORE_MS)], asked("S2=communication_failure")
    return may_be_told(judged(seen(silent, onset=onset, events=opened, answers=answers)))


def test_a_section_is_open_as_long_as_nobody_was_heard_since() -> None:
    assert told_of("S2", SLOT - 2) == {"S2"}


def test_a_section_whose_meters_were_heard_after_it_opened_is_not_open() -> None:
    assert told_of("S2", SLOT - 1) == set()


def test_one_meter_in_the_wrong_place_of_the_tables_is_borne() -> None:
    rest = " ".join(f"m{row}" for row in rows_of("S2").tolist()[1:])
    assert told_of(rest, SLOT - 2) == {"S2"}


def test_an_opening_does_not_explain_who_was_silent_long_before() -> None:
    assert told_of("S2", SLOT - 3) == {"S2"}
    assert told_of("S2", SLOT - 5) == set()
