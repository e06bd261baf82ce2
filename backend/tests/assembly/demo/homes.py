"""The demo's town and the room that judges it, with the clock in our hand."""

from konsento.assembly.demo.households import Households
from konsento.assembly.demo.town_api import TownView, look
from konsento.foundation.clock import TestClock

SLOT_MS = 1_800_000
BRANCH_KEY = "an-office-of-the-tests-0001"


class Days:
    """The town and its room, with the clock in our hand."""

    def __init__(self, households: Households, clock: TestClock) -> None:
        self.households = households
        self.clock = clock

    async def half_hour(self) -> TownView:
        """To the end of the slot's judging."""
        await self.clock.advance(SLOT_MS - self.clock.now_ms() % SLOT_MS)
        for _ in range(11):
            await self.clock.advance(150_000)
            await self.households.hand_on()
            await self.households.rounds.step()
        return await self.seen()

    async def seen(self) -> TownView:
        return await look(self.households, self.clock.now_ms())
