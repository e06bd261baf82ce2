"""The driver's doors to a session on another device: make a link, and join by one."""

from typing import Annotated

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter
from msgspec import Meta

from konsento.foundation.edge.strict_body import strict_body
from konsento.management.charging.link import join, make_link
from konsento.management.payments.hands import Till
from konsento.management.payments.view import SessionView, view_for

SessionId = Annotated[str, PathParameter(pattern=r"^[0-9a-z]{1,40}$(?!\n)", max_length=40)]
Token = Annotated[str, Meta(min_length=1, max_length=200)]


class Link(msgspec.Struct, frozen=True):
    """Where the other device goes; the secret is in the fragment, which no server is told."""

    url: str


class JoinRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands after `#k=` in the link."""

    token: Token


# Repeatable: each time a link of its own. An answer kept for its key would keep the secret.
@post("/api/sessions/{session_id:str}/link", status_code=200, opt={"repeatable": True})
async def link_session(
    session_id: SessionId, visitor: NamedDependency[str], till: NamedDependency[Till]
) -> Link:
    """A link to one's own session for another device, good until a week after its end."""
    token = await make_link(session_id, visitor, till.charging)
    return Link(f"{till.public_url}/s/{session_id}#k={token}")


@post("/api/sessions/{session_id:str}/join", status_code=200, guards=[strict_body])
async def join_session(
    session_id: SessionId,
    data: JSONBody[JoinRequest],
    visitor: NamedDependency[str],
    till: NamedDependency[Till],
) -> SessionView:
    """Follow a session by its link: see it, stop it, read its receipt. Twice is once."""
    session = await join(session_id, data.token, visitor, till.charging)
    return await view_for(visitor, session, till.charging.clock.now_ms())


HANDLERS = [link_session, join_session]
