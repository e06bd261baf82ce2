"""Time as a thing one is handed, never a thing one reaches for.

Instants are whole milliseconds since 1970-01-01T00:00Z. They come from a wall clock and order
rows; nothing here promises that two machines agree to the millisecond.
"""

import asyncio
import heapq
import itertools
import time
from typing import Protocol, runtime_checkable

import msgspec


@runtime_checkable
class Clock(Protocol):
    """Where the present comes from, and how one waits for the future."""

    def now_ms(self) -> int:
        """Milliseconds since the epoch."""
        ...

    async def sleep(self, for_ms: int) -> None:
        """Wait this clock's milliseconds; nought or less yields once."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    async def sleep(self, for_ms: int) -> None:
        await asyncio.sleep(max(for_ms, 0) / 1000)


class Pace(msgspec.Struct, frozen=True):
    """`rate` times as fast as the real clock, since it showed `from_real_ms` and we `from_ms`."""

    from_ms: int
    from_real_ms: int
    rate: int

    def at_ms(self, real_ms: int) -> int:
        return self.from_ms + (real_ms - self.from_real_ms) * self.rate


class RateClock:
    """A clock that the demo runs faster: continuous over every change of rate (×1 to ×120)."""

    SLICE_MS = 200
    RATE_MIN, RATE_MAX = 1, 120  # beyond it our own work outlasts a meter's patience

    def __init__(self, real: Clock | None = None, pace: Pace | None = None) -> None:
        """With the `pace` of a clock before it, it goes on as if that one had never stopped."""
        self._real = real or SystemClock()
        real_ms = self._real.now_ms()
        self._pace = pace or Pace(real_ms, real_ms, 1)

    @property
    def pace(self) -> Pace:
        return self._pace

    @property
    def rate(self) -> int:
        return self._pace.rate

    def set_rate(self, rate: int) -> None:
        """Go on from the present at another pace; `rate` is clamped to 1–120."""
        real_ms = self._real.now_ms()
        now_ms = self._pace.at_ms(real_ms)
        self._pace = Pace(now_ms, real_ms, min(max(rate, self.RATE_MIN), self.RATE_MAX))

    def now_ms(self) -> int:
        return self._pace.at_ms(self._real.now_ms())

    async def sleep(self, for_ms: int) -> None:
        """Sleep in slices, so that a new rate is felt by those already asleep."""
        until_ms = self.now_ms() + for_ms
        await self._real.sleep(0)
        while (left_ms := until_ms - self.now_ms()) > 0:
            await self._real.sleep(min(self.SLICE_MS, -(-left_ms // self.rate)))


class Unhurried:
    """A fast clock for whoever only looks whether something is due: asleep for `LEAST_MS` at least.

    Those are the real clock's: at ×60 a second is over in 17, and looking so often would cost
    more than all that is found.
    """

    LEAST_MS = 250

    def __init__(self, clock: RateClock) -> None:
        self._clock = clock

    def now_ms(self) -> int:
        return self._clock.now_ms()

    async def sleep(self, for_ms: int) -> None:
        await self._clock.sleep(max(for_ms, self.LEAST_MS * self._clock.rate))


class TestClock:
    """Stands still until told; `advance` wakes every sleeper whose time has come, in order."""

    __test__ = False

    def __init__(self, start_ms: int = 1_795_219_200_000) -> None:
        self._now_ms = start_ms
        self._sleepers: list[tuple[int, int, asyncio.Event]] = []
        self._order = itertools.count()

    def now_ms(self) -> int:
        return self._now_ms

    async def sleep(self, for_ms: int) -> None:
        if for_ms <= 0:
            await asyncio.sleep(0)
            return
        alarm = asyncio.Event()
        heapq.heappush(self._sleepers, (self._now_ms + for_ms, next(self._order), alarm))
        await alarm.wait()

    async def advance(self, by_ms: int) -> None:
        """Let the time pass, stopping at each sleeper on the way."""
        target_ms = self._now_ms + by_ms
        while self._sleepers and self._sleepers[0][0] <= target_ms:
            due_ms, _, alarm = heapq.heappop(self._sleepers)
            self._now_ms = max(self._now_ms, due_ms)
            alarm.set()
            for _ in range(5):
                await asyncio.sleep(0)
        self._now_ms = target_ms
