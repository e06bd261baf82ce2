"""`konsento brake`: what waits for a person before very many are told of it, and to let it go."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime

from konsento.assembly.processes.management import stores
from konsento.assembly.processes.part import CannotStart
from konsento.foundation.clock import SystemClock
from konsento.foundation.databases import PEOPLE
from konsento.foundation.ids import SystemIds
from konsento.foundation.migrations import StepsMissing
from konsento.foundation.outbox import Outbox
from konsento.foundation.settings import Settings, read_settings
from konsento.management.notices.figures import JAPAN
from konsento.management.notices.outages.braking import all_held
from konsento.management.notices.outages.hands import Teller
from konsento.management.notices.outages.weigh import release


async def held(environ: Mapping[str, str]) -> list[str]:
    """A line for each outage that waits. Raises CannotStart."""
    async with _opened(read_settings(environ)):
        waiting = await all_held()
    if not waiting:
        return ["nothing is held"]
    return [f"{outage}: {count} recipients since {_at(at_ms)}" for outage, count, at_ms in waiting]


async def let_go(outage: str, environ: Mapping[str, str]) -> list[str]:
    """Lines to print. Raises CannotStart."""
    settings = read_settings(environ)
    async with _opened(settings):
        ids = SystemIds()
        teller = Teller(
            clock=SystemClock(), ids=ids, outbox=Outbox(PEOPLE, ids),
            public_url=settings.public_url, brake_above=settings.notice_brake_above,
        )  # fmt: skip
        if not await release(outage, teller):
            raise CannotStart(f"nothing is held of the outage {outage}")
    return [f"{outage}: released"]


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[None]:
    people = stores(settings)[0]
    await people.database.open(people.address)
    try:
        await people.database.must_have(people.steps)
        yield
    except StepsMissing as missing:
        raise CannotStart(f"{missing}: `konsento migrate management` first") from None
    finally:
        await people.database.close()


def _at(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms // 1000, JAPAN):%Y-%m-%d %H:%M}"
