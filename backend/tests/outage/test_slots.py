"""Half hours: which one holds an instant, and when it is judged."""

import pytest

from konsento.outage import slots

MINUTE_MS = 60_000


@pytest.mark.parametrize(("at_ms", "slot"), [(0, 0), (1_799_999, 0), (1_800_000, 1)])
def test_a_slot_begins_with_its_first_millisecond(at_ms: int, slot: int) -> None:
    assert slots.slot_of(at_ms) == slot


def test_a_slot_ends_where_the_next_begins() -> None:
    assert slots.end_ms(41) == slots.start_ms(42) == 42 * slots.SLOT_MS


def test_a_slot_is_judged_when_its_grace_is_over() -> None:
    assert slots.due_ms(41, 20 * MINUTE_MS) - slots.end_ms(41) == 20 * MINUTE_MS
