"""A background job that keeps its own pace and survives a bad minute."""

from collections.abc import Awaitable, Callable

import structlog

from konsento.foundation.clock import Clock

log = structlog.get_logger(__name__)


async def every(
    interval_ms: int, job: Callable[[], Awaitable[object]], *, name: str, clock: Clock
) -> None:
    """Run `job` for ever, `interval_ms` from start to start.

    Failing and recovering are said once each, not at every tick.
    """
    failing = False
    while True:
        started_ms = clock.now_ms()
        try:
            await job()
        except Exception as error:
            if not failing:
                log.error("job failing", job=name, exc_info=error)
            failing = True
        else:
            if failing:
                log.warning("job recovered", job=name)
            failing = False
        await clock.sleep(max(1, started_ms + interval_ms - clock.now_ms()))
