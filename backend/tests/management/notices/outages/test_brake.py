"""Very many are told at once only if two kinds of evidence agree."""

import itertools
from pathlib import Path

import pytest

from konsento.management.notices.outages.brake import Crowd, held
from tests.management.notices.outages.neighbours import HOUR_MS, NOON_MS, but

ABOVE = 10_000
DOC = Path(__file__).resolve().parents[5] / "docs" / "algorithms" / "telling.md"
CROWD = Crowd(outage="a", recipients=10_001, sources=("engine",), at_ms=NOON_MS)


def test_a_crowd_waits_where_the_engine_alone_says_so() -> None:
    assert held(CROWD, [], ABOVE, NOON_MS)


def test_as_many_as_may_be_told_are_told() -> None:
    assert not held(but(CROWD, recipients=ABOVE), [], ABOVE, NOON_MS)


@pytest.mark.parametrize("other", ["distribution_automation", "sales_office"])
def test_a_second_kind_of_evidence_lets_it_through(other: str) -> None:
    assert not held(but(CROWD, sources=("engine", other)), [], ABOVE, NOON_MS)
    assert not held(but(CROWD, sources=(other,)), [], ABOVE, NOON_MS)


def test_a_person_lets_it_through() -> None:
    assert not held(but(CROWD, released=True), [], ABOVE, NOON_MS)


def test_a_false_alarm_in_parts_is_one_alarm() -> None:
    parts = [but(CROWD, outage=f"p{n}", recipients=2_000) for n in range(4)]
    small = but(CROWD, recipients=2_001)
    assert held(small, parts, ABOVE, NOON_MS)
    assert not held(small, parts[:3], ABOVE, NOON_MS)


def test_what_was_told_an_hour_ago_counts_no_more_and_what_is_vouched_for_never_did() -> None:
    small = but(CROWD, recipients=2_001)
    old = [but(CROWD, outage="b", at_ms=NOON_MS - HOUR_MS)]
    vouched = [but(CROWD, outage="c", sources=("engine", "sales_office"))]
    assert not held(small, old + vouched, ABOVE, NOON_MS)


def rows() -> list[list[str]]:
    """The table of the worked numbers."""
    lines = DOC.read_text(encoding="utf-8").splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("| recipients |"))
    table = itertools.takewhile(lambda line: line.startswith("|"), lines[start + 2 :])
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


@pytest.mark.parametrize("row", rows(), ids=" ".join)
def test_the_worked_numbers_hold(row: list[str]) -> None:
    recipients, who, lately, becomes = row
    sources = tuple(each.strip() for each in who.split(","))
    crowd = but(CROWD, recipients=int(recipients.replace(",", "")), sources=sources)
    other = but(CROWD, outage="b", recipients=int(lately.replace(",", "")))
    assert held(crowd, [other], ABOVE, NOON_MS) is (becomes == "held")


def test_its_own_earlier_count_is_not_counted_twice() -> None:
    small = but(CROWD, recipients=6_000)
    assert not held(small, [small], ABOVE, NOON_MS)
