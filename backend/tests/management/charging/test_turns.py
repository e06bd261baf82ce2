"""Who is switched on after others is waited for from their turn on, and not from the press."""

import pytest

from konsento.management.charging.session import Patience, State
from konsento.management.charging.switch import in_turn
from tests.management.charging.test_heard import NOW_MS, session

PATIENCE = Patience()


@pytest.mark.parametrize("state", [State.STARTING, State.RESUMING])
def test_the_wait_for_power_begins_with_the_turn(state: State) -> None:
    waiting = session(state)
    turned = in_turn(waiting, NOW_MS + 300_000, PATIENCE)
    assert turned.deadline_ms == NOW_MS + 300_000 + PATIENCE.start_within_ms
    assert in_turn(turned, NOW_MS + 300_000, PATIENCE) is turned


def test_without_a_turn_and_in_no_other_state_the_deadline_is_moved() -> None:
    assert in_turn(session(), None, PATIENCE) == session()
    for state in set(State) - {State.STARTING, State.RESUMING}:
        assert in_turn(session(state), NOW_MS + 300_000, PATIENCE) == session(state)
