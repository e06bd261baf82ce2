"""A bell that waits for nobody: rung after a commit, heard by whoever listens just then.

It only shortens a wait. What is true stands in the database, so a lost ring is a delay.
"""

import asyncio
from collections.abc import Callable


class Wake:
    """Many listeners, one ring wakes all; `tell_others` carries it to other processes."""

    def __init__(self, tell_others: Callable[[], None] | None = None) -> None:
        self._waiting: set[asyncio.Future[bool]] = set()
        self._rung = 0
        self._tell_others = tell_others

    @property
    def rings(self) -> int:
        """How often it rang; hand it to `wait` to hear a ring that came before the wait."""
        return self._rung

    def ring(self) -> None:
        """Something is new: wake all who listen, wherever they are."""
        self.ring_here()
        if self._tell_others is not None:
            self._tell_others()

    def ring_here(self) -> None:
        """Wake those who listen in this process, and tell nobody else."""
        self._rung += 1
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(True)
        self._waiting.clear()

    async def wait(self, timeout_ms: int, *, since: int | None = None) -> bool:
        """True when rung (also since `since`), False when `timeout_ms` real time passed."""
        if since is not None and self._rung != since:
            return True
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[bool] = loop.create_future()
        self._waiting.add(waiter)
        # A timer of its own: thousands wait here, and asyncio's timeouts cost several times it.
        timer = loop.call_later(timeout_ms / 1000, _give_up, waiter)
        try:
            return await waiter
        finally:
            timer.cancel()
            self._waiting.discard(waiter)


def _give_up(waiter: asyncio.Future[bool]) -> None:
    if not waiter.done():
        waiter.set_result(False)
