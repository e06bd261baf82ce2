"""The quarter through its slots: who is read, who is asked, and what is judged of it."""

from collections.abc import Iterable, Sequence

import msgspec

from konsento.outage.outage_views import MeterState, OutageView
from konsento.outage.readings.decode import JSON
from konsento.outage.rounds.asking import Reply
from konsento.outage.slots import SLOT_MS
from konsento.outage.take_in import take_readings
from konsento.outage.views import outage_list
from tests.outage.quarter import SMIDS, Quarter
from tests.outage.readings.written import as_json

MINUTE = 60_000
T_1 = SMIDS[:3]
LONE = SMIDS[4]


class Meters:
    """Who is asked, and answers unless it is named here; whose switches were opened by order."""

    def __init__(self) -> None:
        self.answers: dict[str, str] = {}
        self.loads: dict[str, str] = {}
        self.asked: list[str] = []
        self.opened: set[str] | None = set()
        self.looked_up: list[str] = []
        self.out_of_reach = False

    async def open_among(self, smids: Sequence[str]) -> Sequence[str] | None:
        self.looked_up += smids
        return None if self.opened is None else [smid for smid in smids if smid in self.opened]

    async def ping(self, smids: Sequence[str]) -> Sequence[Reply]:
        if self.out_of_reach:
            return []
        self.asked += smids
        return [
            Reply(
                smid=smid,
                answer=self.answers.get(smid, "powered"),
                load=self.loads.get(smid, "drawn"),
            )
            for smid in smids
        ]


class Days:
    """The quarter through its slots: who is read, and what is judged of it."""

    def __init__(self, quarter: Quarter) -> None:
        self.quarter = quarter
        self.meters = Meters()
        self.rounds = quarter.rounds
        self.rounds.pinger = self.rounds.switches = self.meters
        self.batches = 0

    async def read(self, smids: Iterable[str], *, slots_ago: int = 0, energy_wh: int = 100) -> None:
        """The concentrator sends the readings of the last slot, or of an earlier one."""
        read = list(smids)
        self.batches += 1
        body = as_json(
            batch=f"b-{self.batches}",
            concentrator="C-1",
            slot_start_ms=self.quarter.last_slot_start - slots_ago * SLOT_MS,
            sent_at_ms=self.quarter.clock.now_ms(),
            smid=read,
            energy_wh=[energy_wh] * len(read),
            status=[0] * len(read),
        )
        await take_readings(self.quarter.system, body, JSON)

    async def slot(self, *silent: str, sent: bool = True) -> None:
        """The next half hour: all but these are read, and the slot is judged to its end."""
        clock = self.quarter.clock
        to_next = SLOT_MS - clock.now_ms() % SLOT_MS + 2 * MINUTE
        await clock.advance(to_next)
        if sent:
            await self.read(smid for smid in SMIDS if smid not in silent)
        for _ in range(10):
            await clock.advance(150_000)
            await self.rounds.step()

    async def state(self, smid: str) -> MeterState:
        answer = await self.quarter.ask("GET", f"/outage/v1/meters/{smid}/state")
        return msgspec.json.decode(answer.content, type=MeterState)

    async def told(self, ended_hours: int = 48) -> list[OutageView]:
        now_ms = self.quarter.clock.now_ms()
        since_ms = now_ms - ended_hours * 3_600_000
        system = self.quarter.system
        listed = await outage_list(
            system.watch.register, now_ms, ended_after_ms=since_ms, area=None
        )
        return list(listed.outages)

    async def restarted(self) -> None:
        """The process is killed; another one wakes up over the same database."""
        self.quarter.restarted()
        await self.quarter.wake_up()
        self.rounds = self.quarter.rounds
        self.rounds.pinger = self.rounds.switches = self.meters
        await self.rounds.wake_up()
