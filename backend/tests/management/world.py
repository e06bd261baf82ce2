"""The whole house on one loop, driven by hand: our server, the control system, the provider.

Time stands still until `let_pass`; then it goes from one moment at which something is due to
the next, and at each of them everything that runs beside the servers runs until nothing is left
to do. What is ours can be killed and built anew; the street and the provider live on.
"""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

import httpx

from konsento.assembly.demo.settle_in import open_the_car_park, put_up_meters
from konsento.assembly.house import furnish
from konsento.assembly.jobs import handlers
from konsento.assembly.processes.control_system import mdms_settings
from konsento.assembly.pushing import pusher
from konsento.assembly.servers import management_app, management_server
from konsento.assembly.town import OUTLETS
from konsento.foundation.clock import TestClock
from konsento.foundation.databases import GRID, PEOPLE
from konsento.foundation.ids import CountingIds
from konsento.foundation.settings import Settings
from konsento.management.charging.follow import follow_once
from konsento.management.payments.reconcile import end_overdue, look_again
from konsento.management.payments.stripe_gateway import StripeGateway, StripeHttp
from konsento.management.retail.tables import TariffRow
from konsento.management.retail.tariff import set_tariff
from konsento.mdms.contract import MdmsClient
from konsento.mdms.control import look_at_due
from konsento.mdms.control_system import ControlSystem
from konsento.mdms.drivers.simulated import SimulatedDriver
from konsento.mdms.fleet.street import Act, Street, StreetFace
from konsento.mdms.listen import sweep
from konsento.mdms.outlets import exchange_meter
from konsento.mdms.request import LIVE_SQL
from konsento.mdms.server import mdms_server
from konsento.outage.contract import OutageClient
from konsento.twin.courier import Courier
from konsento.twin.server import twin_server
from konsento.twin.tables import TWIN
from konsento.twin.world import World as Provider
from konsento_push.caught import CaughtMail
from konsento_push.email import Sender
from tests.management.wires import Fate, PushWire, Wire
from tests.town import ORIGIN, POWER_W_MAX, SMID, Driver

Answer = TypeVar("Answer")
Person = TypeVar("Person", bound=Driver)
API_KEY, HOOK_SECRET = "key-of-our-management-server", "whsec_town"
SANDBOX = "https://pay.test/sandbox"
LOOK_AGAIN_EVERY_MS, AGAIN_MS = 60_000, 1_000
ROUNDS_MAX = 400
DUE = {
    "tasks": (PEOPLE, "SELECT MIN(due_at_ms) FROM outbox WHERE given_up_at_ms IS NULL"),
    "meters": (GRID, f"SELECT MIN(next_look_at_ms) FROM mdms_request WHERE {LIVE_SQL}"),
    "webhooks": (TWIN, "SELECT MIN(due_ms) FROM twin_delivery"),
    "overdue": (PEOPLE, "SELECT MIN(deadline_ms) FROM session"),
    "late additions": (
        PEOPLE,
        "SELECT MIN(deadline_ms) FROM addition WHERE state = 'authorising'",
    ),
    "lapses": (TWIN, "SELECT MIN(due_s) * 1000 FROM twin_object"),
}
# One question a database: a story asks hundreds of times.
DUE_SQL = {
    database: "SELECT "
    + ", ".join(f'({sql}) AS "{name}"' for name, (of, sql) in DUE.items() if of is database)
    for database, _ in DUE.values()
}

SETTINGS: dict[str, Any] = {
    "public_url": ORIGIN,
    "mdms_api_key": API_KEY, "stripe_secret_key": "sk_test_town",
    "stripe_webhook_secret": HOOK_SECRET, "stripe_api_base": SANDBOX,
    "vapid_private_key": "A" * 42 + "E", "vapid_contact": "mailto:push@konsento.test",
    "mail_secret": "secret-of-the-towns-mails",
    "measure_every_ms": 30_000, "continuity_every_ms": 30_000,
    "failsafe_after_ms": 240_000,
}  # fmt: skip


class Killed(Exception):
    """Our process died at the moment that was set; it has been started anew."""


class Hasty(StripeHttp):
    """The way to the provider, without the SDK's pause before it tries again."""

    async def sleep_async(self, secs: float) -> None:
        """Do not wait."""


class World:
    """One town on one clock. Its databases are opened and migrated by whoever makes it."""

    def __init__(self, street: Street, clock: TestClock, **settings: Any) -> None:
        self.clock, self.street, self.ids = clock, street, CountingIds()
        self.mails = CaughtMail(Sender("Konsento", "konsento@example.jp"))
        self.settings = Settings(**(SETTINGS | settings))
        paces = mdms_settings(self.settings)
        self.driver = SimulatedDriver(street, clock, latency_ms=0, timeout_ms=0)
        self.system = ControlSystem(self.driver, clock, self.ids, paces)
        self.mdms = mdms_server(self.system)
        self.provider = Provider(clock, self.ids, "sk_test_town", SANDBOX)
        self.twin = twin_server(self.provider, base_path="/sandbox")
        hooks = httpx.AsyncClient(transport=httpx.ASGITransport(app=self._ours))
        self.courier = Courier(
            self.provider, client=hooks, hook_url=f"{ORIGIN}/api/stripe/webhook",
            hook_secret=HOOK_SECRET,
        )  # fmt: skip
        self.webhooks = True
        self.forgetful = False  # started anew before every single step
        self.outages: OutageClient | None = None
        self.codes: dict[str, str] = {}
        self.smids = dict(SMID)
        self.opening_wh = {seed.smid: seed.register_wh for seed in OUTLETS}
        self._ghosts: list[asyncio.Task[Any]] = []
        self._people: list[Driver] = []
        self._sweep_at_ms = self._look_at_ms = clock.now_ms()
        self._closers: list[Any] = [hooks.aclose]
        logging.getLogger().setLevel(logging.WARNING)  # each server would have told every request
        self.start_anew()

    def start_anew(self) -> None:
        """Our process starts: nothing is left of what the last one had in memory."""
        self.furnish()
        self.app = management_app(self.house)
        self.doors = management_server(self.app, self.clock)

    def furnish(self) -> None:
        """All that runs beside our server, with new hands and new wires."""
        self._followed = -1
        self.fate = Fate()
        self.to_mdms = Wire(self.mdms, self.fate)
        self.to_provider = Wire(self.twin, self.fate)
        http = Hasty(self.to_provider)
        gateway = StripeGateway(
            secret_key=self.settings.stripe_secret_key, webhook_secret=HOOK_SECRET,
            sandbox=True, api_base=SANDBOX, http=http, retries=0,
        )  # fmt: skip
        client = httpx.AsyncClient(transport=self.to_mdms, base_url="http://mdms")
        made = pusher(self.settings, self.clock)
        self._closers += [gateway.close, client.aclose, *([made.close] if made else [])]
        self.house = furnish(
            self.settings, clock=self.clock, ids=self.ids, gateway=gateway,
            mdms=MdmsClient(client, API_KEY), mailer=self.mails,
            pusher=made and PushWire(made, self.fate), outages=self.outages,
        )  # fmt: skip

    async def settle_in(self) -> None:
        """The meters are put up, the car park opens, and every meter has been heard once."""
        await put_up_meters(self.street, self.system, API_KEY)
        await open_the_car_park(self.ids, self.clock.now_ms())
        rows = await PEOPLE.ask("SELECT outlet, code FROM outlet")
        self.codes = {row["outlet"]: row["code"] for row in rows}
        await sweep(self.system)
        self._sweep_at_ms += self.settings.continuity_every_ms

    def person(self, address: str = "192.0.2.1") -> Driver:
        """Somebody new, with a phone that has never been here."""
        return self.person_as(Driver, address)

    def person_as(self, kind: type[Person], address: str = "192.0.2.1") -> Person:
        """Somebody new of a kind of their own."""
        ours = httpx.ASGITransport(app=self._ours, client=(address, 50_000))
        came = kind(ours, httpx.ASGITransport(app=self.twin))
        self._people.append(came)
        return came

    async def _ours(self, scope: Any, receive: Any, send: Any) -> None:
        """Whichever process of ours is running."""
        await self.doors(scope, receive, send)

    async def do(self, outlet: str, act: Act, *, wanted_wh: int | None = None) -> None:
        """Somebody does something in the street."""
        await self.street.do(self.smids[outlet], act, self.clock.now_ms(), wanted_wh=wanted_wh)

    async def roll_over_soon(self, outlet: str) -> None:
        """Another meter is put up before the outlet, a little short of its last number."""
        now_ms, register_wh = self.clock.now_ms(), 999_999_500
        smid = f"{SMID[outlet]}-new"
        await self.street.add(
            smid, power_w_max=POWER_W_MAX[outlet], register_wh=register_wh, now_ms=now_ms
        )
        await exchange_meter(outlet, smid=smid, register_wh=register_wh, at_ms=now_ms)
        self.smids[outlet], self.opening_wh[smid] = smid, register_wh
        await self.let_pass(2 * self.settings.continuity_every_ms)

    async def new_price(self, retailer_id: str, power_type: str, myen_per_kwh: int) -> None:
        """The retailer asks another price from now on."""
        now_ms = self.clock.now_ms()
        tariff = TariffRow(
            id=self.ids.fresh(), retailer_id=retailer_id, power_type=power_type,
            unit_price_myen_per_kwh=myen_per_kwh, carbon_g_per_kwh=38, valid_from_ms=now_ms,
            valid_until_ms=None,
        )  # fmt: skip
        await set_tariff(tariff, now_ms)

    def face(self, outlet: str) -> StreetFace:
        """What one sees standing before the outlet."""
        faces = self.street.faces(self.clock.now_ms())
        return next(face for face in faces if face.smid == self.smids[outlet])

    async def let_pass(self, ms: int = 0) -> None:
        """Everything due now is done; then time passes, and whatever falls due on the way."""
        until_ms = self.clock.now_ms() + ms
        due = await self._until_quiet()
        while (now_ms := self.clock.now_ms()) < until_ms:
            # What was due and could not be done is tried again in a second.
            next_ms = min(at if at > now_ms else now_ms + AGAIN_MS for at in due.values())
            await self.clock.advance(min(next_ms, until_ms) - now_ms)
            due = await self._until_quiet()

    async def _due_ms(self) -> dict[str, int]:
        """When each kind of work is due next."""
        due = {"sweep": self._sweep_at_ms, "look again": self._look_at_ms}
        if not self.to_mdms.cut and self.system.told.rings != self._followed:
            due["follow"] = 0
        found: dict[str, int | None] = {}
        for database, sql in DUE_SQL.items():
            found |= (await database.ask(sql))[0]
        for name in DUE:
            at_ms = found[name]
            if at_ms is not None and (name != "webhooks" or self.webhooks):
                due[name] = at_ms
        return due

    async def _until_quiet(self) -> dict[str, int]:
        """Do what is due, in the order of the work's names, until nothing is; each try once.

        Returns when each is due next, by name.
        """
        now_ms = self.clock.now_ms()
        tried: set[str] = set()
        for _ in range(ROUNDS_MAX):
            due = await self._due_ms()
            left = [name for name, at in due.items() if at <= now_ms and name not in tried]
            if not left:
                return due
            for name in left:
                if not await self._work(name):
                    tried.add(name)
        raise AssertionError("never quiet")

    async def _work(self, name: str) -> int:
        """One go at one kind of work; how much there was to do, 0 when it is no use at once."""
        if self.forgetful:
            self.furnish()
        house, now_ms = self.house, self.clock.now_ms()
        match name:
            case "sweep":
                self._sweep_at_ms = now_ms + self.settings.continuity_every_ms
                await sweep(self.system)
            case "look again":
                self._look_at_ms = now_ms + LOOK_AGAIN_EVERY_MS
                await self.alive(look_again(house.till))
            case "follow":
                self._followed = self.system.told.rings
                follow = follow_once(house.till.mdms, house.till.charging, wait_s=0)
                return await self.alive(follow)
            case "tasks":
                return await self.alive(house.outbox.work_once(handlers(house), self.clock))
            case "overdue" | "late additions":
                await self.alive(end_overdue(house.till))
                return 0
            case "meters":
                return await look_at_due(self.system)
            case "webhooks":
                return await self.alive(self.courier.deliver_due())
            case "lapses":
                return await self.courier.let_lapse()
        return 1

    async def alive(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        """Work of our process. Raises Killed when it dies over it: it never comes back then."""
        fate = self.fate
        if fate.kill_at is None:
            return await work
        loop = asyncio.get_running_loop()
        task, death = loop.create_task(work), loop.create_task(fate.killed.wait())
        await asyncio.wait((task, death), return_when=asyncio.FIRST_COMPLETED)
        if not fate.killed.is_set():
            death.cancel()
            return task.result()
        self._ghosts.append(task)
        self.start_anew()
        raise Killed

    async def close(self) -> None:
        """Nobody and nothing of this world is left."""
        for ghost in self._ghosts:
            ghost.cancel()
        await asyncio.gather(*self._ghosts, return_exceptions=True)
        for person in self._people:
            await person.leaves()
        for closer in self._closers:
            await closer()
