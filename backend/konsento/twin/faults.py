"""Planned misfortune on the wire, for tests of whoever talks to the twin: one per request, or late
webhooks."""

from collections import deque
from typing import Literal

Fault = Literal["none", "drop_before", "drop_after", "saved_500", "slow"]


class ConnectionDropped(ConnectionError):
    """The peer hung up without an answer."""


class Faults:
    """A queue of faults; the next request to the API takes the first one.

    `drop_before`: nothing happens and no answer comes. `drop_after`: it happens, no answer comes.
    `saved_500`: nothing happens and the failure is kept under the key. `slow`: the answer takes
    `slow_ms` of the clock, and its key is in use all the while.

    What is told from now on is told `hooks_late_ms` of the clock later than it would be.
    """

    def __init__(self, *planned: Fault, slow_ms: int = 10_000) -> None:
        self._planned = deque(planned)
        self.slow_ms = slow_ms
        self.hooks_late_ms = 0

    def plan(self, *faults: Fault) -> None:
        """Add faults at the end of the queue."""
        self._planned.extend(faults)

    def take(self) -> Fault:
        """The next fault, "none" when nothing is planned."""
        return self._planned.popleft() if self._planned else "none"
