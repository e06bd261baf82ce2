"""What an entry may not say, and the field that it is told by."""

import pytest

from konsento.outage.record.said import (
    AreaOut,
    Cause,
    ExpectedAt,
    ExpectedUnknown,
    Facts,
    Kind,
    said,
)
from konsento.outage.record.sound import Unsound, check, check_restored
from tests.outage.record.told import HOUR, MINUTE, TEN, office

DAY = 24 * HOUR
NOW = TEN + MINUTE
OUT = AreaOut(area="33101-1", households_out=1, households=1)


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("started_at_ms", Facts(started_at_ms=NOW + 6 * MINUTE)),
        ("restored_at_ms", Facts(restored_at_ms=NOW + 6 * MINUTE)),
        ("restored_at_ms", Facts(started_at_ms=TEN, restored_at_ms=TEN - 1)),
        ("planned_until_ms", Facts(planned_until_ms=NOW + HOUR)),
        (
            "planned_until_ms",
            Facts(kind=Kind.PLANNED, started_at_ms=NOW + HOUR, planned_until_ms=NOW + HOUR),
        ),
        ("started_at_ms", Facts(kind=Kind.PLANNED, started_at_ms=NOW + 401 * DAY)),
        ("expected", Facts(expected=ExpectedAt(at_ms=TEN))),
        ("expected", Facts(expected=ExpectedUnknown(next_word_at_ms=TEN - 1))),
        ("expected", Facts(expected=ExpectedAt(at_ms=TEN + 401 * DAY))),
        ("areas", Facts(areas=(OUT, OUT))),
        ("areas", Facts(areas=(AreaOut(area="33101-1", households_out=2, households=1),))),
    ],
)
def test_a_fact_that_cannot_be_is_refused_by_its_name(field: str, facts: Facts) -> None:
    with pytest.raises(Unsound) as refused:
        check(office("o:1", facts), NOW)
    assert refused.value.field == field
    assert field in str(refused.value)


@pytest.mark.parametrize("said_at_ms", [NOW + 6 * MINUTE, NOW - 401 * DAY])
def test_an_entry_from_another_time_is_refused(said_at_ms: int) -> None:
    with pytest.raises(Unsound, match="said_at_ms"):
        check(office("o:1", Facts(cause=Cause.TREE), said_at_ms=said_at_ms), NOW)


def test_works_ahead_an_estimate_and_a_restoration_now_may_be_said() -> None:
    works = Facts(
        kind=Kind.PLANNED, started_at_ms=NOW + 30 * DAY, planned_until_ms=NOW + 30 * DAY + HOUR
    )
    check(office("o:1", works), NOW)
    check(office("o:2", Facts(expected=ExpectedAt(at_ms=NOW + HOUR))), NOW)
    check(office("o:3", Facts(started_at_ms=TEN, restored_at_ms=NOW)), NOW)


def test_a_restoration_is_held_against_the_beginning_that_others_said() -> None:
    check_restored(None, TEN)
    check_restored(TEN, None)
    check_restored(TEN, TEN)
    with pytest.raises(Unsound, match="restored_at_ms"):
        check_restored(TEN - 1, TEN)


def test_only_what_is_there_was_said() -> None:
    assert said(Facts()) == {}
    assert said(Facts(restored_at_ms=None, retracted=False)) == {
        "restored_at_ms": None,
        "retracted": False,
    }
