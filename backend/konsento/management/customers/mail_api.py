"""The doors that links in mails lead to: to confirm an address, to stop mails, to go on.

A mail gateway opens every link that it sees, so a GET changes nothing here. A mail provider
stops mails for its reader by RFC 8058: a form, and neither cookie nor any header of ours.
"""

from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter
from litestar.response import Redirect
from msgspec import Meta

from konsento.foundation.edge.strict_body import InvalidBody, strict_body
from konsento.management.customers.confirm import confirm
from konsento.management.customers.hands import Registry
from konsento.management.customers.links import STOP_PAGE, MailList
from konsento.management.customers.unsubscribe import resume_mails, stop_mails

Token = Annotated[str, Meta(min_length=1, max_length=200)]
UnsubscribeToken = Annotated[str, PathParameter(pattern=r"^[0-9a-z]{53}$(?!\n)", max_length=53)]
ONE_CLICK = "List-Unsubscribe", "One-Click"


class LinkOpened(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands after the # of the link."""

    token: Token


class Confirmed(msgspec.Struct, frozen=True):
    """The registration, where it is the asker's own; the link may be opened anywhere."""

    registration_id: str | None


class MailsOf(msgspec.Struct, frozen=True):
    """Which mails were stopped or begun again."""

    mail_list: MailList


# Repeatable, all of them: they name a state to be in, and a key would only be one more to lose.
@post("/api/mail/confirm", status_code=200, guards=[strict_body], opt={"repeatable": True})
async def confirm_mail(
    data: JSONBody[LinkOpened],
    visitor: NamedDependency[str],
    asker: NamedDependency[str],
    registry: NamedDependency[Registry],
) -> Confirmed:
    """Mails may go to the address that the link was mailed to; twice is once."""
    now_ms = registry.clock.now_ms()
    registry.calls.take(asker, now_ms)
    record = await confirm(data.token, now_ms)
    return Confirmed(record.id if record.visitor == visitor else None)


@get("/api/mail/unsubscribe/{token:str}", status_code=303, include_in_schema=False)
async def ask_to_unsubscribe(token: UnsubscribeToken) -> Redirect:
    """To the page that asks; nothing is changed. What follows # is told to no server."""
    return Redirect(f"{STOP_PAGE}#{token}", status_code=303)


@post(
    "/api/mail/unsubscribe/{token:str}",
    status_code=200,
    opt={"repeatable": True},
    include_in_schema=False,
)
async def unsubscribe(
    token: UnsubscribeToken, request: Request[Any, Any, Any], registry: NamedDependency[Registry]
) -> MailsOf:
    """No more mails of the token's list, by a form that says `List-Unsubscribe=One-Click`."""
    name, value = ONE_CLICK
    if (await request.form()).get(name) != value:
        raise InvalidBody(errors=[f"a form with {name}={value} is expected"])
    return MailsOf(await stop_mails(token, registry.mail_secret))


@post("/api/mail/resume", status_code=200, guards=[strict_body], opt={"repeatable": True})
async def resume(data: JSONBody[LinkOpened], registry: NamedDependency[Registry]) -> MailsOf:
    """Mails of the token's list again, where they were stopped; twice is once."""
    return MailsOf(await resume_mails(data.token, registry.mail_secret))


HANDLERS = [confirm_mail, ask_to_unsubscribe, unsubscribe, resume]
