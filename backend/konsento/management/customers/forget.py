"""What the customers' room keeps no longer than it is of use."""

from konsento.foundation.databases import PEOPLE
from konsento.management.customers.confirm import forget_links
from konsento.management.customers.limits import ENDED_KEPT_MS
from konsento.management.customers.tries import forget_tries


async def forget_old(now_ms: int) -> None:
    """Tries of days gone by, links that open nothing, registrations that ended long ago."""
    await forget_tries(now_ms)
    await forget_links(now_ms)
    async with PEOPLE.writing():
        await PEOPLE.ask(
            "DELETE FROM registration WHERE ended_at_ms IS NOT NULL AND ended_at_ms <= {}",
            now_ms - ENDED_KEPT_MS,
        )
