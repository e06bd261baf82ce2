"""The management server by itself: the control system and the provider are elsewhere."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial

import structlog

from konsento.assembly.house import House, furnish
from konsento.assembly.jobs import management_jobs
from konsento.assembly.kept_http import KeptHttp
from konsento.assembly.mailing import mailer_of
from konsento.assembly.pages import WEB
from konsento.assembly.processes.part import CannotStart, Furnished, Part, Store
from konsento.assembly.pushing import pusher_of
from konsento.assembly.schema import PEOPLE_STEPS
from konsento.assembly.servers import management_app, management_server
from konsento.foundation.clock import SystemClock
from konsento.foundation.crier import Crier
from konsento.foundation.databases import PEOPLE
from konsento.foundation.ids import SystemIds
from konsento.foundation.limits import SHUTDOWN_S
from konsento.foundation.settings import Settings, variable
from konsento.management.charging.store import WATCHERS
from konsento.management.payments.stripe_gateway import StripeGateway, StripeHttp, WrongKey
from konsento.mdms.contract import MdmsClient
from konsento.outage.contract import OutageClient

log = structlog.get_logger(__name__)

FOLLOWED = "session"


def stores(settings: Settings) -> Sequence[Store]:
    return (Store(PEOPLE, settings.people_db, PEOPLE_STEPS),)


def in_one(settings: Settings) -> str:
    if stores(settings)[0].shared:
        return ""
    return "KONSENTO_PEOPLE_DB is a file, which one process keeps"


def _gateway(settings: Settings) -> StripeGateway:
    try:
        return StripeGateway(
            secret_key=settings.stripe_secret_key,
            webhook_secret=settings.stripe_webhook_secret,
            sandbox=bool(settings.stripe_api_base),
            api_base=settings.stripe_api_base or None,
            http=StripeHttp(http=KeptHttp()),
        )
    except WrongKey as wrong:
        raise CannotStart(str(wrong)) from None


async def furnish_management(settings: Settings, stack: AsyncExitStack) -> Furnished:
    """Its doors and jobs; the PEOPLE database is open. Raises CannotStart."""
    clock, ids = SystemClock(), SystemIds()
    crier = Crier(PEOPLE.name, settings.people_db)
    WATCHERS.tell_others = crier.carries(FOLLOWED, WATCHERS.tell_here)
    to_mdms = KeptHttp(settings.mdms_url)
    stack.push_async_callback(to_mdms.aclose)
    gateway = _gateway(settings)
    stack.push_async_callback(gateway.close)
    house = furnish(
        settings, clock=clock, ids=ids, gateway=gateway,
        mdms=MdmsClient(to_mdms, settings.mdms_api_key), mailer=await mailer_of(settings, stack),
        owed=crier.wake("owed"), board=crier.wake("board"),
        pusher=await pusher_of(settings, stack), outages=_outages(settings, stack),
        parcels=crier.wake("parcels"),
    )  # fmt: skip
    web = WEB if (WEB / "desk.html").exists() else None
    if web is None:
        log.warning("the front end is not built: the API alone is served")
    return Furnished(
        doors=management_server(management_app(house, web=web), clock),
        closing=house.closing,
        jobs=management_jobs(house),
        carriers=crier.jobs,
        finish=partial(_finish, house),
    )


def _outages(settings: Settings, stack: AsyncExitStack) -> OutageClient | None:
    """None where no outage room is named: then customers are told of no outages."""
    if not settings.outage_url:
        return None
    if not settings.outage_api_key:
        raise CannotStart(f"set {variable('outage_api_key')}, or leave out the outage room")
    to_outages = KeptHttp(settings.outage_url)
    stack.push_async_callback(to_outages.aclose)
    return OutageClient(to_outages, settings.outage_api_key)


async def _finish(house: House) -> None:
    """What is being done and what is on its way comes to its end."""
    within_ms = SHUTDOWN_S * 1000
    await asyncio.gather(house.outbox.finish(within_ms), house.lane.finish(within_ms))


MANAGEMENT = Part(
    name="management",
    port=8000,
    needs_to_serve=(
        "public_url", "mdms_url", "mdms_api_key", "stripe_secret_key", "stripe_webhook_secret",
        "mail_secret",
    ),
    needs_to_work=(
        "public_url", "mdms_url", "mdms_api_key", "stripe_secret_key", "stripe_webhook_secret",
        "smtp_host", "mail_from", "mail_secret",
    ),
    stores=stores,
    in_one=in_one,
    furnish=furnish_management,
)  # fmt: skip
