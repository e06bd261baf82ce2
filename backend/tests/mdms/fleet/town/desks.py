"""A desk that takes the town's news, and a live town that wakes up before it."""

from konsento.foundation.clock import TestClock
from konsento.foundation.database import Database
from konsento.mdms.fleet.town.batches import ReadingBatch
from konsento.mdms.fleet.town.collection import Collection
from konsento.mdms.fleet.town.directory import Directory
from konsento.mdms.fleet.town.distribution_automation import Automation
from konsento.mdms.fleet.town.hand_cuts import HandCuts
from konsento.mdms.fleet.town.limits import SLOT_MS
from konsento.mdms.fleet.town.live import Life, LiveTown, News
from konsento.mdms.fleet.town.ping import Pinging
from tests.mdms.fleet.town.towns import town

PLAN = town(500)
DIRECTORY = Directory(PLAN)
LIFE = Life(
    collection=Collection(missed_permyriad=0, held_up_permille=0, twice_permille=0),
    automation=Automation(missing_permille=0),
    pinging=Pinging(success_percent=100),
)
FEEDER = PLAN.feeder_codes[0]


class Desk:
    """Takes what comes, unless it is away."""

    def __init__(self) -> None:
        self.away = False
        self.taken: list[News] = []

    async def take(self, news: News) -> None:
        if self.away:
            raise ConnectionError
        self.taken.append(news)

    def batches(self) -> list[ReadingBatch]:
        return [news for news in self.taken if isinstance(news, ReadingBatch)]

    def heard(self, slot: int) -> set[str]:
        return {
            smid
            for batch in self.batches()
            if batch.slot_start_ms == slot * SLOT_MS
            for smid in batch.smid
        }


async def awake(database: Database, clock: TestClock, life: Life = LIFE) -> LiveTown:
    live = LiveTown(PLAN, DIRECTORY, HandCuts(database, DIRECTORY), seed=1, life=life)
    await live.wake_up(clock.now_ms())
    return live


async def pass_slots(live: LiveTown, desk: Desk, clock: TestClock, slots: int) -> None:
    """Half hours, looked at every minute."""
    for _ in range(slots * 30):
        await clock.advance(60_000)
        await live.hand_on(desk, clock.now_ms())
