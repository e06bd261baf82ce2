"""The desk's doors that do something: lock, stop, test a link, answer a report; and what was done.

Each answers with the outlet as it is now, so that the desk need not wait for its stream.
"""

from typing import Annotated

import msgspec
import structlog
from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter
from msgspec import Meta

from konsento.foundation.edge.strict_body import strict_body
from konsento.management.charging.outlet_code import read
from konsento.management.charging.store import Outlet
from konsento.management.charging.typed_code import TypedInPath
from konsento.management.operators.acts import Kind
from konsento.management.operators.board import (
    OutletLine,
    SessionFacts,
    ask_meters,
    session_facts,
)
from konsento.management.operators.limits import NOTE_CHARS_MAX, REASON_CHARS_MAX
from konsento.management.operators.number import number_of
from konsento.management.operators.permission import Permit
from konsento.management.operators.sign_in import Desk
from konsento.management.payments.hands import Till

log = structlog.get_logger(__name__)

# `$` alone lets a last newline pass; and the router reads bounds from its own parameters only.
ID = r"^[0-9a-z]{1,40}$(?!\n)"
SessionId = Annotated[str, PathParameter(pattern=ID, max_length=40)]
ReportId = Annotated[str, PathParameter(pattern=ID, max_length=40)]
# One line, and in it something to read.
LINE = r"^[^\x00-\x1f\x7f]*[^\x00-\x1f\x7f\s][^\x00-\x1f\x7f]*$(?!\n)"
Why = Annotated[str, Meta(max_length=REASON_CHARS_MAX, pattern=LINE)]
Note = Annotated[str, Meta(max_length=NOTE_CHARS_MAX, pattern=LINE)]


class Lock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The state wanted: locked is offered to nobody. `why` is for those who read it later."""

    locked: bool
    why: Why


class Stop(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reason may be given."""

    why: Why | None = None


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was done about a report."""

    note: Note


class ActLine(msgspec.Struct, frozen=True, kw_only=True):
    """`number` is the session's, where the act was about one."""

    kind: Kind
    by: str
    number: str | None
    why: str
    at_ms: int


class Acts(msgspec.Struct, frozen=True):
    acts: list[ActLine]


async def _line_now(permit: Permit, outlet: Outlet, till: Till, desk: Desk) -> OutletLine:
    """The outlet after an act; the streams that are open are woken."""
    desk.pictures.bell.ring()
    heard = await ask_meters([outlet], till.mdms)
    dark = await desk.whose_outages(heard.values())
    return (await permit.known()).line(outlet, heard, dark)


@put("/outlets/{code:str}/lock", guards=[strict_body])
async def lock(
    code: TypedInPath,
    data: JSONBody[Lock],
    permit: NamedDependency[Permit],
    till: NamedDependency[Till],
    desk: NamedDependency[Desk],
) -> OutletLine:
    """Take an outlet out of use, or back into it; what runs on it goes on."""
    outlet = await permit.lock(read(code), till.charging, locked=data.locked, why=data.why.strip())
    log.info("outlet locked" if data.locked else "outlet unlocked", outlet=outlet.outlet)
    return await _line_now(permit, outlet, till, desk)


@post("/sessions/{session_id:str}/stop", status_code=200, guards=[strict_body])
async def stop_session(
    session_id: SessionId,
    data: JSONBody[Stop],
    permit: NamedDependency[Permit],
    till: NamedDependency[Till],
    desk: NamedDependency[Desk],
) -> SessionFacts:
    """Be stopped: the driver is billed for what was delivered. Twice is once."""
    stopped = await permit.stop(session_id, till.charging, why=(data.why or "").strip())
    desk.pictures.bell.ring()
    return session_facts(stopped)


@post("/outlets/{code:str}/loopback", status_code=200)
async def loopback(
    code: TypedInPath,
    permit: NamedDependency[Permit],
    till: NamedDependency[Till],
    desk: NamedDependency[Desk],
) -> OutletLine:
    """Send a loopback message to the outlet's meter now (LB); the answer is kept."""
    outlet = await permit.test(read(code), "loopback", till, desk.link_tests)
    return await _line_now(permit, outlet, till, desk)


@post("/outlets/{code:str}/link-trace", status_code=200)
async def link_trace(
    code: TypedInPath,
    permit: NamedDependency[Permit],
    till: NamedDependency[Till],
    desk: NamedDependency[Desk],
) -> OutletLine:
    """Ask every hop on the way to the outlet's meter now (LT); the answer is kept."""
    outlet = await permit.test(read(code), "link_trace", till, desk.link_tests)
    return await _line_now(permit, outlet, till, desk)


@get("/outlets/{code:str}/acts")
async def acts(code: TypedInPath, permit: NamedDependency[Permit]) -> Acts:
    """Who did what to this outlet, when and why; the newest first."""
    return Acts(
        [
            ActLine(
                kind=act.kind,
                by=act.by,
                number=number_of(act.session_id) if act.session_id else None,
                why=act.why,
                at_ms=act.at_ms,
            )
            for act in await permit.acts(read(code))
        ]
    )


@put("/reports/{report_id:str}/answer", guards=[strict_body])
async def answer_report(
    report_id: ReportId,
    data: JSONBody[Answer],
    permit: NamedDependency[Permit],
    till: NamedDependency[Till],
    desk: NamedDependency[Desk],
) -> OutletLine:
    """Close a visitor's report with a note of what was done. Twice is once."""
    outlet = await permit.answer(report_id, data.note.strip(), till.charging)
    log.info("report answered", report=report_id)
    return await _line_now(permit, outlet, till, desk)


HANDLERS = [lock, stop_session, loopback, link_trace, acts, answer_report]
