"""The demo's town: some thousand households whose power can be cut, and the room that notices.

The town is the outside world. It speaks to the outage room as its neighbours would, over the
room's own HTTP door, called in memory.
"""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import msgspec
import structlog

from konsento.assembly import town
from konsento.assembly.demo.in_memory import in_memory
from konsento.assembly.demo.storm import storm
from konsento.assembly.processes.outage import (
    BULK_PATHS,
    OPEN_PATHS,
    event_codes,
    neighbours,
    round_settings,
)
from konsento.assembly.running import Job
from konsento.assembly.street import STREET
from konsento.foundation.clock import Clock, SystemClock
from konsento.foundation.edge.doorway import Doorway
from konsento.foundation.ids import Ids
from konsento.foundation.settings import Settings
from konsento.foundation.ticker import every
from konsento.mdms.contract import MdmsClient, PingAnswer, PingLoad
from konsento.mdms.fleet.street import Act, Street
from konsento.mdms.fleet.town.batches import ReadingBatch, as_msgpack
from konsento.mdms.fleet.town.bulk_csv import write_register
from konsento.mdms.fleet.town.directory import Breakable, Directory
from konsento.mdms.fleet.town.distribution_automation import SwitchingEvent
from konsento.mdms.fleet.town.hand_cuts import HandCuts
from konsento.mdms.fleet.town.last_gasp import PowerEvent
from konsento.mdms.fleet.town.limits import HAND_PERIOD_MS
from konsento.mdms.fleet.town.live import LiveTown, News
from konsento.mdms.fleet.town.ping import PingReply
from konsento.mdms.fleet.town.planning import plan_town
from konsento.outage import snapshots
from konsento.outage.contract import OutageClient
from konsento.outage.jobs import outage_jobs
from konsento.outage.neighbours import Role, let_in
from konsento.outage.rounds.asking import ByControlSystem
from konsento.outage.rounds.round import Rounds
from konsento.outage.server import outage_server
from konsento.outage.system import OutageSystem
from konsento.outage.watch import Watch

log = structlog.get_logger(__name__)

HOUSEHOLDS = 2_000
SEED = 33
FIRST_DAY_MS = 1_793_404_800_000  # 2026-10-31, nine in the morning: before any demo began
LOAD = f"town-{SEED}-{HOUSEHOLDS}"
NAMES = {
    Role.COLLECTOR: "hes",
    Role.AUTOMATION: "da",
    Role.OFFICE: "okayama",
    Role.REGISTRAR: "registrar",
    Role.READER: "konsento",
}
MSGPACK = "application/vnd.msgpack"


class TownMeters:
    """The households' meters as the control system's head-end reaches them."""

    def __init__(self, live: LiveTown) -> None:
        self._live = live

    def pinged(self, smid: str, now_ms: int) -> PingAnswer:
        reply = self._live.ping(smid, now_ms)
        return PingAnswer(smid=smid, answer=reply.answer, load=_load(reply))


def _load(reply: PingReply) -> PingLoad:
    if reply.switch == "open":
        return "breaker_open"
    if reply.load_w is None:
        return "unseen"
    return "drawn" if reply.load_w > 0 else "none"


class Neighbours:
    """Hands the town's news on as head-end and distribution automation would, by their keys."""

    def __init__(self, http: httpx.AsyncClient, keys: Mapping[Role, str]) -> None:
        self._http = http
        self._keys = keys

    async def take(self, news: News) -> None:
        """Raises httpx.HTTPStatusError when it should come again; what is refused is let go."""
        if isinstance(news, ReadingBatch):
            answer = await self._send(
                "POST", "/outage/v1/readings", Role.COLLECTOR, as_msgpack(news), MSGPACK
            )
        elif isinstance(news, SwitchingEvent):
            path = f"/outage/v1/entries/{news.event}"
            answer = await self._send("PUT", path, Role.AUTOMATION, _switched(news))
        else:
            answer = await self._send(
                "POST", "/outage/v1/meter-events", Role.COLLECTOR, _gasped(news)
            )
        if answer.status_code >= 500:
            answer.raise_for_status()
        if answer.is_client_error:
            log.warning("town's news refused", status=answer.status_code, reason=answer.text[:200])

    async def load(self, tables: Mapping[str, Path]) -> None:
        """The register, once; raises httpx.HTTPStatusError when it is refused."""
        files = {name: (path.name, path.read_bytes(), "text/csv") for name, path in tables.items()}
        answer = await self._http.put(
            "/outage/v1/tables", data={"load": LOAD}, files=files,
            headers={"Authorization": f"Bearer {self._keys[Role.REGISTRAR]}"},
        )  # fmt: skip
        answer.raise_for_status()

    async def _send(
        self, method: str, path: str, role: Role, body: bytes, media_type: str = "application/json"
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._keys[role]}", "Content-Type": media_type}
        return await self._http.request(method, path, content=body, headers=headers)


def _switched(news: SwitchingEvent) -> bytes:
    when = "opened_at_ms" if news.change == "opened" else "restored_at_ms"
    switch = {"place": news.section, when: news.at_ms}
    return msgspec.json.encode({"said_at_ms": news.told_at_ms, "facts": {"switches": [switch]}})


def _gasped(news: PowerEvent) -> bytes:
    code = "3.26.9.185" if news.change == "power_down" else "3.26.9.216"
    event = {"smid": news.smid, "code": code, "at_ms": news.at_ms}
    return msgspec.json.encode({"batch": news.event, "events": [event]})


class Households:
    """The town, the room that judges it, and the wires between them and the car park's street."""

    def __init__(
        self,
        street: Street,
        settings: Settings,
        clock: Clock,
        ids: Ids,
        looks: Clock | None = None,
    ) -> None:
        """`looks`: the clock by which it is looked whether something is due, if another."""
        plan = plan_town(
            HOUSEHOLDS, SEED, FIRST_DAY_MS, outlets=[outlet.smid for outlet in town.OUTLETS]
        )
        directory = Directory(plan)
        self.live = LiveTown(plan, directory, HandCuts(STREET, directory), seed=SEED)
        self.meters = TownMeters(self.live)
        self._street = street
        self._lit: dict[str, bool] = {}
        self._clock = clock
        self.looks = looks or clock
        self._keys = {role: ids.token() for role in Role}
        self._strangers = neighbours(settings.outage_api_keys)
        watch = Watch(event_codes(settings.outage_event_codes))
        self.rounds = Rounds(OutageSystem(watch, clock, ids), settings=round_settings(settings))
        self.app = Doorway(
            outage_server(self.rounds.system, self.rounds), SystemClock(),
            open_paths=OPEN_PATHS, bulk_paths=BULK_PATHS,
        )  # fmt: skip

    async def move_in(self, mdms: MdmsClient, stack: AsyncExitStack, folder: Path) -> list[Job]:
        """Load the register, go on where it was left; the jobs that keep it going."""
        self.rounds.pinger = self.rounds.switches = ByControlSystem(mdms)
        own = {NAMES[role]: (role, key) for role, key in self._keys.items()}
        await let_in(self._strangers | own)
        http = in_memory(self.app, "http://outage")
        self._neighbours = Neighbours(await stack.enter_async_context(http), self._keys)
        await snapshots.wake_up(self.rounds.system, folder)
        if not self.rounds.system.watch.is_ready:
            with TemporaryDirectory() as written:
                areas, nodes, meters = write_register(self.live.plan, Path(written))
                await self._neighbours.load({"areas": areas, "nodes": nodes, "meters": meters})
        await self.rounds.wake_up()
        await self.live.wake_up(self._clock.now_ms())

        async def run() -> None:
            await every(HAND_PERIOD_MS, self.hand_on, name="town", clock=self._clock)

        return [run, *outage_jobs(self.rounds, folder, self.looks).values()]

    async def reader(self, stack: AsyncExitStack) -> OutageClient:
        """The outage room as the management server sees it."""
        http = await stack.enter_async_context(in_memory(self.app, "http://outage"))
        return OutageClient(http, self._keys[Role.READER])

    async def hand_on(self) -> int:
        """Hand over what has come by now; after `move_in`."""
        await self._light_the_car_park(at_all=bool(self.live.last_storm()))
        return await self.live.hand_on(self._neighbours, self._clock.now_ms())

    async def cut(self, what: Breakable, code: str) -> None:
        """Raises NodeUnknown, TooManyCuts."""
        await self.live.cut(what, code, self._clock.now_ms())
        await self._light_the_car_park()

    async def mend(self, what: Breakable, code: str) -> None:
        """Raises NodeUnknown."""
        await self.live.mend(what, code, self._clock.now_ms())
        await self._light_the_car_park()

    async def storm(self) -> None:
        """A storm breaks loose, unless one still rages."""
        now_ms = self._clock.now_ms()
        if all(cut.to_ms <= now_ms for cut in self.live.last_storm()):
            await self.live.befall(storm(self.live.plan, now_ms), now_ms)

    async def mend_all(self) -> None:
        """Whatever was cut by hand."""
        await self.live.mend_all(self._clock.now_ms())
        await self._light_the_car_park()

    async def _light_the_car_park(self, *, at_all: bool = True) -> None:
        """The outlets hang on the town's wires: where those go dead, they do (X1)."""
        now_ms = self._clock.now_ms()
        for outlet in town.OUTLETS if at_all else ():
            powered = self.live.meter(outlet.smid, now_ms).powered
            if self._lit.get(outlet.smid) == powered:
                continue
            self._lit[outlet.smid] = powered
            act: Act = "restore_power" if powered else "cut_power"
            await self._street.do(outlet.smid, act, now_ms)
