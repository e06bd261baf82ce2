"""A control system before a simulated street, with two management servers, driven by hand."""

import httpx
from litestar import Litestar

from konsento.foundation.clock import TestClock
from konsento.foundation.ids import CountingIds
from konsento.mdms.contract import ChargeOrder, Event, MdmsClient, RequestView
from konsento.mdms.control import look_at_due
from konsento.mdms.control_system import ControlSystem
from konsento.mdms.drivers.simulated import SimulatedDriver
from konsento.mdms.fleet.street import Act, Street
from konsento.mdms.listen import sweep
from konsento.mdms.outlets import register_management_server, register_outlet
from konsento.mdms.server import mdms_server

OURS, THEIRS = "our-key-0123456789abcdef", "their-key-0123456789abcdef"
CAR, BIKE = "OKY-0012", "OKY-0013"
SMIDS = {CAR: "SM-9001", BIKE: "SM-9002"}
OPENING_WH = 4_711_230


class Neighbourhood:
    """OKY-0012 (200 V, 4,000 W) and OKY-0013 (100 V, 1,500 W), both Okayama, both idle."""

    def __init__(self, street: Street, clock: TestClock) -> None:
        self.clock = clock
        self.street = street
        self.ids = CountingIds()
        self.driver = SimulatedDriver(street, clock, latency_ms=0, timeout_ms=0)
        self.seen = 0
        self.restarted()

    def restarted(self) -> None:
        """The control system's process was killed and another one starts; the street goes on."""
        self.system = ControlSystem(self.driver, self.clock, self.ids)
        self.app = mdms_server(self.system)
        self.ours = client(self.app, OURS)
        self.theirs = client(self.app, THEIRS)

    async def settle_in(self) -> None:
        await register_management_server("ours", OURS)
        await register_management_server("theirs", THEIRS)
        for outlet, volts, watts in ((CAR, 200, 4_000), (BIKE, 100, 1_500)):
            await register_outlet(
                outlet,
                smid=SMIDS[outlet],
                place="33101",
                voltage_v=volts,
                power_w_max=watts,
                register_wh=OPENING_WH,
                at_ms=self.clock.now_ms(),
            )
            await self.street.add(
                SMIDS[outlet],
                power_w_max=watts,
                register_wh=OPENING_WH,
                now_ms=self.clock.now_ms(),
            )
        await sweep(self.system)

    async def look(self) -> None:
        """Look until nothing is due at this moment."""
        for _ in range(20):
            if await look_at_due(self.system) == 0:
                return

    async def pass_s(self, seconds: int, *, watching: bool = True, listening: bool = True) -> None:
        """Let time pass, second by second, with the control system's jobs or without."""
        every_ms = self.system.settings.continuity_every_ms
        for _ in range(seconds):
            await self.clock.advance(1_000)
            if listening and self.clock.now_ms() % every_ms == 0:
                await sweep(self.system)
            if watching:
                await self.look()

    async def do(self, outlet: str, act: Act, *, wanted_wh: int | None = None) -> None:
        now_ms = self.clock.now_ms()
        await self.street.do(SMIDS[outlet], act, now_ms, wanted_wh=wanted_wh)

    async def start(
        self,
        number: str = "req-00000001",
        outlet: str = CAR,
        *,
        energy_wh_max: int | None = 1_000,
        duration_s_max: int | None = None,
    ) -> RequestView:
        """Order, and let the control system switch it on."""
        order = an_order(outlet, energy_wh_max=energy_wh_max, duration_s_max=duration_s_max)
        await self.ours.order(number, order)
        await self.look()
        return await self.ours.request(number)

    async def news(self) -> list[Event]:
        """Our events since last asked, measurements left out."""
        page = await self.ours.events(self.seen)
        self.seen = page.cursor
        return [event for event in page.events if event.kind != "measured"]

    def face(self, outlet: str) -> tuple[str, int]:
        """The switch and the register as anybody in the street can see them."""
        faces = {face.smid: face for face in self.street.faces(self.clock.now_ms())}
        face = faces[SMIDS[outlet]]
        return face.switch, face.register_wh


def client(app: Litestar, key: str) -> MdmsClient:
    """A management server's client, on this very loop."""
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    return MdmsClient(httpx.AsyncClient(transport=transport, base_url="http://mdms"), key)


def an_order(
    outlet: str = CAR,
    *,
    energy_wh_max: int | None = 1_000,
    duration_s_max: int | None = None,
    retailer: str = "setouchi",
) -> ChargeOrder:
    return ChargeOrder(
        outlet=outlet,
        power_type="solar",
        retailer=retailer,
        energy_wh_max=energy_wh_max,
        duration_s_max=duration_s_max,
    )
