"""`konsento demo`: every server in one process, on two databases and a street in var/.

The servers still talk only through their HTTP contracts: the same ASGI apps, called in memory.
"""

import contextlib
from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, cast

import httpx
import msgspec
from litestar.types import ASGIApp, Receive, Scope, Send

from konsento.assembly import town
from konsento.assembly.demo.authority import Papers
from konsento.assembly.demo.customers import put_on_the_books, town_homes
from konsento.assembly.demo.doorplate import print_doorplate
from konsento.assembly.demo.households import Households
from konsento.assembly.demo.in_memory import in_memory
from konsento.assembly.demo.lan import HERE, listening
from konsento.assembly.demo.mail_page import caught_mail
from konsento.assembly.demo.pace import clock_in, keep
from konsento.assembly.demo.place import Place, place
from konsento.assembly.demo.provider_api import be_late
from konsento.assembly.demo.secrets import secrets_in
from konsento.assembly.demo.settle_in import hire, open_the_car_park, put_up_meters
from konsento.assembly.demo.street_api import act, caught_mails, set_rate, street_now
from konsento.assembly.demo.town_api import break_loose, cut, mend, mend_all, town_now
from konsento.assembly.demo.trust_page import trust_pages
from konsento.assembly.house import House, furnish
from konsento.assembly.jobs import management_jobs
from konsento.assembly.mailing import mailer_of
from konsento.assembly.pages import WEB, page
from konsento.assembly.processes.control_system import mdms_settings
from konsento.assembly.pushing import pusher_of
from konsento.assembly.running import Job, serve_with_jobs
from konsento.assembly.schema import GRID_STEPS, PEOPLE_STEPS
from konsento.assembly.servers import management_app, management_server
from konsento.assembly.street import STREET
from konsento.foundation.clock import RateClock, SystemClock, Unhurried
from konsento.foundation.databases import GRID, PEOPLE
from konsento.foundation.edge.doorway import Doorway
from konsento.foundation.edge.server import Server
from konsento.foundation.ids import SystemIds
from konsento.foundation.settings import Settings, read_settings
from konsento.management.charging.tables import OutletRow
from konsento.management.payments.stripe_gateway import StripeGateway, StripeHttp
from konsento.mdms.contract import MdmsClient
from konsento.mdms.control_system import ControlSystem
from konsento.mdms.drivers.simulated import SimulatedDriver
from konsento.mdms.fleet.street import STREET_STEPS, Street
from konsento.mdms.fleet.town.hand_cuts import TOWN_STEPS
from konsento.mdms.server import mdms_jobs, mdms_server
from konsento.twin.server import twin_jobs, twin_server
from konsento.twin.tables import STEPS as TWIN_STEPS
from konsento.twin.tables import TWIN
from konsento.twin.world import World
from konsento_push.caught import CaughtMail
from konsento_push.email import Sender

SANDBOX = "/sandbox"
# Patient enough that a busy laptop at ×120 does not look like a lost link.
PACES = {"continuity_every_ms": 10_000, "failsafe_after_ms": 300_000}
SENDER = Sender("Konsento", "konsento@demo.invalid")


class DemoOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Where the demo listens and keeps its files; `environ` are the KONSENTO_* given.

    `lan`: the address at which phones on the network shall find it, "" to find it out, None to
    be open to this machine alone.
    """

    port: int
    folder: Path
    environ: dict[str, str]
    lan: str | None = None


class ByPath:
    """The management server, but for the paths of the other servers and of the sandbox."""

    def __init__(
        self, management: ASGIApp, *, mdms: ASGIApp, outage: ASGIApp, twin: ASGIApp
    ) -> None:
        self._management = management
        self._mdms = mdms
        self._outage = outage
        self._twin = twin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if path.startswith("/mdms/"):
            await self._mdms(scope, receive, send)
        elif path.startswith("/outage/"):
            await self._outage(scope, receive, send)
        elif path.startswith(f"{SANDBOX}/"):
            await self._twin(scope, receive, send)
        else:
            await self._management(scope, receive, send)


@contextlib.asynccontextmanager
async def databases(folder: Path, settings: Settings, now_ms: int) -> AsyncIterator[None]:
    """Open and migrate all four; closed at the end whatever happens."""
    async with contextlib.AsyncExitStack() as stack:
        for database, address, steps in (
            (PEOPLE, settings.people_db, PEOPLE_STEPS),
            (GRID, settings.grid_db, GRID_STEPS),
            (STREET, str(folder / "street.sqlite"), (*STREET_STEPS, *TOWN_STEPS)),
            (TWIN, str(folder / "twin.sqlite"), TWIN_STEPS),
        ):
            await database.open(address)
            stack.push_async_callback(database.close)
            await database.migrate(steps, now_ms)
        yield


def _settings(options: DemoOptions, ids: SystemIds, url: str) -> Settings:
    secrets = secrets_in(options.folder, ids)
    given: dict[str, Any] = {
        "public_url": url,
        "mdms_api_key": secrets.mdms_api_key,
        "stripe_secret_key": secrets.stripe_secret_key,
        "stripe_webhook_secret": secrets.stripe_webhook_secret,
        "stripe_api_base": f"{url}{SANDBOX}",
    }
    if "KONSENTO_VAPID_PRIVATE_KEY" not in options.environ:
        given["vapid_private_key"] = secrets.vapid_private_key
        given["vapid_contact"] = f"mailto:{SENDER.address}"
    if "KONSENTO_MAIL_SECRET" not in options.environ:
        given["mail_secret"] = secrets.mail_secret
    if "KONSENTO_OUTAGE_PHONE" not in options.environ:
        given["outage_phone"] = town.FACILITY_PHONE
    for name, value in PACES.items():
        if f"KONSENTO_{name.upper()}" not in options.environ:
            given[name] = value
    if "KONSENTO_PEOPLE_DB" not in options.environ:
        given["people_db"] = str(options.folder / "people.sqlite")
    if "KONSENTO_GRID_DB" not in options.environ:
        given["grid_db"] = str(options.folder / "grid.sqlite")
    return read_settings(options.environ, **given)


async def run_demo(options: DemoOptions) -> None:
    """Serve until SIGINT or SIGTERM."""
    ids = SystemIds()
    clock = clock_in(options.folder)
    stands = place(options.lan, options.port, options.folder, SystemClock().now_ms())
    settings = _settings(options, ids, stands.url)
    async with databases(options.folder, settings, clock.now_ms()):
        street = Street(STREET)
        await street.wake_up()
        households = Households(street, settings, clock, ids, Unhurried(clock))
        driver = SimulatedDriver(street, clock, households=households.meters)
        system = ControlSystem(driver, clock, ids, mdms_settings(settings))
        await put_up_meters(street, system, settings.mdms_api_key)
        await open_the_car_park(ids, clock.now_ms())
        await put_on_the_books(households.live.plan, clock.now_ms())
        await hire(secrets_in(options.folder, ids).operator_password, clock, ids)
        try:
            await _serve(options, stands, settings, clock, ids, street, households, system)
        finally:
            clock.set_rate(1)
            keep(clock, options.folder)


def _gateway(settings: Settings, twin: ASGIApp) -> StripeGateway:
    """The SDK against the twin, in memory."""
    return StripeGateway(
        secret_key=settings.stripe_secret_key,
        webhook_secret=settings.stripe_webhook_secret,
        sandbox=True,
        api_base=settings.stripe_api_base,
        http=StripeHttp(transport=httpx.ASGITransport(cast(Any, twin))),
    )


async def _serve(
    options: DemoOptions,
    stands: Place,
    settings: Settings,
    clock: RateClock,
    ids: SystemIds,
    street: Street,
    households: Households,
    system: ControlSystem,
) -> None:
    mdms = Doorway(mdms_server(system), SystemClock(), open_paths=("/mdms/",))
    twin_world = World(clock, ids, settings.stripe_secret_key, settings.stripe_api_base)
    twin = twin_server(twin_world, base_path=SANDBOX)
    async with contextlib.AsyncExitStack() as stack:
        to_mdms = in_memory(mdms, "http://mdms")
        await stack.enter_async_context(to_mdms)
        gateway = _gateway(settings, twin)
        stack.push_async_callback(gateway.close)
        house = furnish(
            settings, clock=clock, ids=ids, gateway=gateway,
            mdms=MdmsClient(to_mdms, settings.mdms_api_key),
            mailer=await mailer_of(settings, stack),
            pusher=await pusher_of(settings, stack),
            outages=await households.reader(stack),
        )  # fmt: skip
        doors = _doors(house, street, households, clock, options.folder, stands.papers, twin_world)
        judging = await households.move_in(
            MdmsClient(to_mdms, settings.mdms_api_key), stack, options.folder
        )
        to_us = in_memory(doors, "http://konsento")
        await stack.enter_async_context(to_us)
        hooks = twin_jobs(
            twin_world, client=to_us, hook_url="http://konsento/api/stripe/webhook",
            hook_secret=settings.stripe_webhook_secret,
        )  # fmt: skip
        ours = management_jobs(house, households.looks)
        jobs = (*mdms_jobs(system).values(), *ours, *hooks, *judging)
        await _announce(settings, options, stands.papers)
        by_path = ByPath(doors, mdms=mdms, outage=households.app, twin=twin)
        await _open(options, stands, by_path, house, jobs)


async def _open(
    options: DemoOptions, stands: Place, app: ASGIApp, house: House, jobs: Sequence[Job]
) -> None:
    shown = stands.papers.shown if stands.papers else None
    server = Server(app, house.closing, host=HERE, port=options.port, tls=shown)
    sockets = listening(stands.addresses, options.port)
    await serve_with_jobs(server, jobs, sockets=sockets)


def _doors(
    house: House,
    street: Street,
    households: Households,
    clock: RateClock,
    folder: Path,
    papers: Papers | None,
    twin_world: World,
) -> ASGIApp:
    sent = house.mailer
    caught = sent if isinstance(sent, CaughtMail) else CaughtMail(SENDER)
    app = management_app(
        house,
        web=WEB,
        more=[
            street_now,
            act,
            set_rate,
            caught_mails,
            caught_mail,
            be_late,
            town_now,
            town_homes,
            cut,
            mend,
            mend_all,
            break_loose,
            page("/demo", (WEB / "demo.html").read_bytes(), "text/html"),
            *(trust_pages(papers) if papers else ()),
        ],
        handed={
            "street": street,
            "households": households,
            "rate_clock": clock,
            "keep_pace": partial(keep, folder=folder),
            "caught": caught,
            "twin_world": twin_world,
        },
    )
    return management_server(app, SystemClock())


async def _announce(settings: Settings, options: DemoOptions, papers: Papers | None) -> None:
    rows = await OutletRow.select(OutletRow.code).where(OutletRow.outlet == town.SHOWN)
    password = secrets_in(options.folder, SystemIds()).operator_password
    print_doorplate(
        settings.public_url, rows[0]["code"], options.folder, password,
        fingerprint=papers.fingerprint if papers else "",
    )  # fmt: skip
