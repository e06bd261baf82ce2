"""The customer's doors to their own power: how it is, that it is still out, and a notice on trial.

A registration is found by its id and the asker's cookie together; whatever is not the asker's
does not exist for them.
"""

from typing import Annotated

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import PathParameter

from konsento.foundation.databases import PEOPLE
from konsento.foundation.problems import Refusal
from konsento.management.customers.registration import (
    Registered,
    UnknownRegistration,
    registration_by_id,
)
from konsento.management.notices.outages import store
from konsento.management.notices.outages.hands import Teller
from konsento.management.notices.outages.notice import Notice
from konsento.management.notices.outages.power import MyPower, my_power
from konsento.management.notices.outages.tell import owe
from konsento.management.notices.outages.told import Kind
from konsento.outage.contract import OutageRefused, OutageUnreachable

RegistrationId = Annotated[str, PathParameter(pattern=r"^[0-9a-z]{1,40}$(?!\n)", max_length=40)]


class OutagesUnknown(Refusal):
    """Nothing is known of outages here, or the room that knows does not answer just now."""

    status = 503
    slug = "outages-unknown"
    title = "Nothing is known of outages just now."


async def _own(registration_id: str, visitor: str) -> Registered:
    """Raises UnknownRegistration."""
    found = await registration_by_id(registration_id)
    if found is None or found.visitor != visitor:
        raise UnknownRegistration
    return found


@get("/api/power")
async def get_power(visitor: NamedDependency[str], teller: NamedDependency[Teller]) -> MyPower:
    """Each of the asker's meters: its power now, on what evidence, and what was told of it."""
    return await my_power(visitor, teller)


@post("/api/power/{registration_id:str}/still-out", status_code=202)
async def still_out(
    registration_id: RegistrationId,
    visitor: NamedDependency[str],
    teller: NamedDependency[Teller],
) -> None:
    """There is still no power here: the meter is asked, and its answer is told."""
    registered = await _own(registration_id, visitor)
    now_ms = teller.clock.now_ms()
    teller.doubts.take(visitor, now_ms)
    if teller.outages is None:
        raise OutagesUnknown
    try:
        await teller.outages.doubt(registered.smid)
    except (OutageUnreachable, OutageRefused):
        raise OutagesUnknown from None
    async with PEOPLE.writing():
        await store.doubted(registered.id, now_ms)


@post("/api/power/{registration_id:str}/test", status_code=202)
async def try_notices(
    registration_id: RegistrationId,
    visitor: NamedDependency[str],
    teller: NamedDependency[Teller],
) -> None:
    """One notice on trial, to the asker's browsers and to the address of this registration."""
    registered = await _own(registration_id, visitor)
    now_ms = teller.clock.now_ms()
    teller.trials.take(visitor, now_ms)
    name = teller.ids.fresh()
    notice = Notice(
        id=name, registration=registered.id, smid=registered.smid, kind=Kind.TRIAL,
        about=Kind.TRIAL, thread=f"trial-{name}", at_ms=now_ms,
    )  # fmt: skip
    async with PEOPLE.writing() as tx:
        await store.add_notices([notice])
        await owe(tx, [(registered, notice)], teller)


HANDLERS = [get_power, still_out, try_notices]
