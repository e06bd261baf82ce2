"""The customer's doors: register for a meter, what is registered, and change or end it.

A registration is found by its id and the asker's cookie together; whatever is not the asker's
does not exist for them.
"""

from typing import Annotated, Literal

import msgspec
from litestar import delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter
from msgspec import Meta

from konsento.foundation.clock import Clock
from konsento.foundation.edge.strict_body import strict_body
from konsento.management.accounts.address import Email
from konsento.management.customers.change import set_email, set_planned, unregister
from konsento.management.customers.hands import Registry
from konsento.management.customers.mail_api import HANDLERS as MAILS
from konsento.management.customers.register import Wish, register
from konsento.management.customers.registration import Registered, registrations_by

RegistrationId = Annotated[str, PathParameter(pattern=r"^[0-9a-z]{1,40}$(?!\n)", max_length=40)]
Typed = Annotated[str, Meta(min_length=1, max_length=40)]


class MeterWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What stands on the customer's bill, in any width and with or without hyphens; where to
    write to, if anywhere, and in which language.
    """

    smid: Typed
    customer_number: Typed
    postal_code: Typed
    email: Email | None = None
    language: Literal["ja", "en"] = "ja"


class RegistrationMade(msgspec.Struct, frozen=True):
    registration_id: str


class MeterView(msgspec.Struct, frozen=True, kw_only=True):
    """One of the asker's meters. `email_state`: mails are sent when it is `on`."""

    registration_id: str
    smid: str
    area: str
    email: str | None
    email_state: Literal["unset", "to_confirm", "on", "stopped", "bounced"]
    planned_mail: bool
    since_ms: int


class Meters(msgspec.Struct, frozen=True):
    meters: list[MeterView]


class EmailWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where to write to; null for nowhere."""

    email: Email | None


class PlannedWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether planned works are mailed, where mails are sent at all."""

    planned_mail: bool


def _view(registered: Registered) -> MeterView:
    return MeterView(
        registration_id=registered.id, smid=registered.smid, area=registered.area,
        email=registered.email_address_any, email_state=registered.email_state.value,
        planned_mail=registered.planned_mail, since_ms=registered.created_at_ms,
    )  # fmt: skip


@post("/api/meters", guards=[strict_body])
async def register_meter(
    data: JSONBody[MeterWish],
    visitor: NamedDependency[str],
    asker: NamedDependency[str],
    registry: NamedDependency[Registry],
) -> RegistrationMade:
    """Be told of one's own meter; the same answer whichever of the three does not fit."""
    wish = Wish(
        visitor=visitor, asker=asker, smid=data.smid, customer_number=data.customer_number,
        postal_code=data.postal_code, email=data.email, language=data.language,
    )  # fmt: skip
    return RegistrationMade(await register(wish, registry))


@get("/api/meters")
async def my_meters(visitor: NamedDependency[str]) -> Meters:
    """The meters that this visitor is told of, the first registered first."""
    return Meters([_view(each) for each in await registrations_by(visitor)])


@put("/api/meters/{registration_id:str}/email", status_code=204, guards=[strict_body])
async def put_email(
    registration_id: RegistrationId,
    data: JSONBody[EmailWish],
    visitor: NamedDependency[str],
    registry: NamedDependency[Registry],
) -> None:
    """Write to this address, once it is confirmed by the link that is mailed to it."""
    await set_email(registration_id, visitor, data.email, registry)


@put("/api/meters/{registration_id:str}/planned", status_code=204, guards=[strict_body])
async def put_planned(
    registration_id: RegistrationId, data: JSONBody[PlannedWish], visitor: NamedDependency[str]
) -> None:
    """Whether planned works are mailed."""
    await set_planned(registration_id, visitor, wanted=data.planned_mail)


@delete("/api/meters/{registration_id:str}", status_code=204)
async def delete_meter(
    registration_id: RegistrationId, visitor: NamedDependency[str], clock: NamedDependency[Clock]
) -> None:
    """Tell nothing more of this meter here; twice is once."""
    await unregister(registration_id, visitor, clock.now_ms())


HANDLERS = [register_meter, my_meters, put_email, put_planned, delete_meter, *MAILS]
