"""A house with all that stands around it: its town, a real mail server, a push service, an office.

Its clock begins at twenty past, when the readings of the last half hour have come, and runs at
its fastest wherever nobody looks.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from e2e.world.house import MINUTE_MS, House
from e2e.world.mail_server import MailServer
from e2e.world.neighbour import KEYS, Neighbour
from e2e.world.street import Street
from e2e.world.town import Town
from e2e.world.waiting import until
from konsento.foundation.clock import RateClock, SystemClock
from tests.push.pushbox import PushBox

BEGINS_AT = 20
PASSES_WITHIN_S = 120
HALF_HOUR_MS = 30 * MINUTE_MS
# Meters are asked twice after each half hour, four and nine minutes late; what comes, comes soon.
READ_AFTER_MS, NEXT_BEFORE_MS = 12 * MINUTE_MS, 26 * MINUTE_MS


class Neighbourhood(NamedTuple):
    """Each of them open."""

    house: House
    post: MailServer
    box: PushBox
    town: Town
    street: Street
    neighbour: Neighbour

    async def now_ms(self) -> int:
        """By the house's clock."""
        return (await self.street.look()).now_ms

    async def runs_fast(self) -> None:
        await self.street.runs(RateClock.RATE_MAX)

    async def stands(self) -> None:
        """Time runs as on the wall: all that is looked at stays as it is."""
        await self.street.runs(1)

    async def is_read(self) -> None:
        """Time stands where every meter has been read of the last half hour.

        What is cut between the two times that they are asked falls silent in this half hour or in
        the next, each meter by chance, and meters that fell silent apart are judged apart.
        """
        now_ms = await self.now_ms()
        phase_ms = now_ms % HALF_HOUR_MS
        if phase_ms < READ_AFTER_MS:
            await self.passes(now_ms - phase_ms + READ_AFTER_MS)
        elif phase_ms > NEXT_BEFORE_MS:
            await self.passes(now_ms - phase_ms + HALF_HOUR_MS + READ_AFTER_MS)
        await self.stands()

    async def passes(self, until_ms: int) -> None:
        """The house's time, as fast as it goes, until then."""
        await self.runs_fast()
        await until(
            self.now_ms, lambda at_ms: at_ms >= until_ms, within_s=PASSES_WITHIN_S, what="time"
        )


@asynccontextmanager
async def neighbourhood(folder: Path) -> AsyncIterator[Neighbourhood]:
    """Opened in this folder; nothing may have gone wrong in it at the end."""
    async with MailServer().open() as post, PushBox(SystemClock().now_ms).open() as box:
        settings = {"push_hosts": box.origin, "outage_api_keys": KEYS, **post.settings}
        house = House(folder, **settings).begins(BEGINS_AT)
        async with (
            house.opened(),
            Town(house.url) as town,
            Street(house.url) as street,
            Neighbour(house.url) as neighbour,
        ):
            yield Neighbourhood(house, post, box, town, street, neighbour)
        assert box.complaints == []
