"""Whose silence means nothing."""

from typing import Any

import numpy as np
import pytest

from konsento.outage import slots
from konsento.outage.judgement.exclusion import NO_SLOT, Reason, Register, Works, excluded
from konsento.outage.judgement.terms import Kind, Node
from tests.outage.small_town import METERS, SLOT, TOWN, judged, meters_of, seen

BEGIN_MS, END_MS = slots.start_ms(SLOT), slots.end_ms(SLOT)


def register(**changed: dict[int, int]) -> Register:
    columns: dict[str, Any] = {
        "from_slot": np.zeros(METERS, np.int32),
        "until_slot": np.full(METERS, NO_SLOT, np.int32),
        "vacant": np.zeros(METERS, np.bool_),
        "switched_open": np.zeros(METERS, np.bool_),
    }
    for column, values in changed.items():
        for row, value in values.items():
            columns[column][row] = value
    return Register(**columns)


def reasons(of: Register, *works: Works) -> dict[int, Reason]:
    found = excluded(TOWN, SLOT, of, works)
    return {row: Reason(found[row]) for row in np.flatnonzero(found).tolist()}


def test_each_reason_takes_its_meter_out() -> None:
    known = register(
        from_slot={0: SLOT + 1, 1: SLOT},
        until_slot={2: SLOT, 3: SLOT + 1},
        vacant={4: 1},
        switched_open={5: 1},
    )
    assert reasons(known) == {
        0: Reason.NOT_YET, 2: Reason.RETIRED, 4: Reason.VACANT, 5: Reason.SWITCHED_OPEN,
    }  # fmt: skip


@pytest.mark.parametrize("place", ["T4", "S2", "F1", "m20"])
def test_planned_works_take_out_all_that_hangs_on_their_node(place: str) -> None:
    kind = {"T": Node.TRANSFORMER, "S": Node.SECTION, "F": Node.FEEDER, "m": Node.METER}[place[0]]
    works = Works(kind, int(place[1:]), BEGIN_MS, END_MS)
    assert sorted(reasons(register(), works)) == meters_of(place)


def test_works_on_a_relay_cost_nobody_power() -> None:
    assert reasons(register(), Works(Node.RELAY, 0, BEGIN_MS, END_MS)) == {}


@pytest.mark.parametrize(
    ("from_ms", "until_ms", "counts"),
    [
        (BEGIN_MS - 10, BEGIN_MS, False),
        (BEGIN_MS - 10, BEGIN_MS + 1, True),
        (END_MS, END_MS + 10, True),
        (END_MS + 1, END_MS + 10, False),
    ],
)
def test_works_count_when_they_reach_into_the_slot_or_to_its_reading(
    from_ms: int, until_ms: int, counts: bool
) -> None:
    found = reasons(register(), Works(Node.TRANSFORMER, 5, from_ms, until_ms))
    assert bool(found) == counts


def test_the_first_reason_is_the_one_that_is_told() -> None:
    known = register(from_slot={0: SLOT + 1}, vacant={0: 1}, switched_open={0: 1})
    assert reasons(known, Works(Node.TRANSFORMER, 0, BEGIN_MS, END_MS))[0] == Reason.NOT_YET


def test_an_excluded_meter_is_neither_a_witness_nor_in_the_dark() -> None:
    judgement = judged(seen("T1", excluded="m4 m5 m6"))
    assert judgement.judgements == ()
    assert judgement.lone.rows.tolist() == [7]
    (outage,) = judged(seen("T1", excluded="m4")).judgements
    assert outage.kind == Kind.OUTAGE
    assert (outage.rows.tolist(), outage.evidence.below) == ([5, 6, 7], 3)
