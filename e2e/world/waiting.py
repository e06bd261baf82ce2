"""Waiting for a state to come true, never for a time to pass."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from konsento.foundation.clock import SystemClock

Seen = TypeVar("Seen")
LOOK_EVERY_MS = 100


class NeverCame(AssertionError):
    """The state did not come true in time; says which, and what was seen last."""


async def until(
    look: Callable[[], Awaitable[Seen]],
    holds: Callable[[Seen], bool],
    *,
    within_s: int,
    what: str,
) -> Seen:
    """Look until it holds; returns what was seen then. Raises NeverCame."""
    clock = SystemClock()
    seen: list[Seen] = []
    try:
        async with asyncio.timeout(within_s):
            while not (seen and holds(seen[-1])):
                await clock.sleep(LOOK_EVERY_MS if seen else 0)
                seen[:] = [await look()]
    except TimeoutError:
        raise NeverCame(f"{what}: not within {within_s} s; last seen: {seen}") from None
    return seen[-1]
