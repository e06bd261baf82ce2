"""The driver's doors to 'report a problem': at an outlet, or in one's own session."""

from typing import Annotated

import msgspec
import structlog
from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta

from konsento.foundation.clock import Clock
from konsento.foundation.edge.rates import Rate
from konsento.foundation.edge.strict_body import strict_body
from konsento.foundation.ids import Ids
from konsento.management.charging.store import my_session
from konsento.management.charging.typed_code import TypedInPath, outlet_typed
from konsento.management.operators.limits import WORDS_CHARS_MAX
from konsento.management.operators.report import Kind, Told, keep_report
from konsento.management.operators.sign_in import Desk
from konsento.management.payments.api import SessionId

log = structlog.get_logger(__name__)

# What a database cannot keep or a screen cannot show is refused; lines may be broken.
TEXT = r"^[^\x00-\x09\x0b-\x1f\x7f]*$(?!\n)"
Words = Annotated[str, Meta(max_length=WORDS_CHARS_MAX, pattern=TEXT)]


class Report(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is wrong, by its kind; `words` say more."""

    kind: Kind
    words: Words = ""


class Reported(msgspec.Struct, frozen=True):
    report_id: str


async def _keep(told: Told, asker: str, desk: Desk, clock: Clock, ids: Ids) -> Reported:
    """Counted by the visitor and by their address: a cookie can be thrown away."""
    now_ms = clock.now_ms()
    desk.reports.take(told.visitor, now_ms)
    desk.reports.take(f"from {asker}", now_ms)
    report_id = await keep_report(told, id_=ids.fresh(), now_ms=now_ms)
    desk.pictures.bell.ring()
    log.info("problem reported", report=report_id, kind=told.kind)
    return Reported(report_id)


@post("/api/outlets/{code:str}/reports", guards=[strict_body])
async def report_outlet(
    code: TypedInPath,
    data: JSONBody[Report],
    visitor: NamedDependency[str],
    asker: NamedDependency[str],
    guesses: NamedDependency[Rate],
    desk: NamedDependency[Desk],
    clock: NamedDependency[Clock],
    ids: NamedDependency[Ids],
) -> Reported:
    """Report a problem at an outlet. Twice is once, until the operator has answered."""
    found = await outlet_typed(code, asker=asker, guesses=guesses, now_ms=clock.now_ms())
    told = Told(
        visitor=visitor, code=found.code, session_id=None, kind=data.kind,
        words=data.words.strip(),
    )  # fmt: skip
    return await _keep(told, asker, desk, clock, ids)


@post("/api/sessions/{session_id:str}/reports", guards=[strict_body])
async def report_session(
    session_id: SessionId,
    data: JSONBody[Report],
    visitor: NamedDependency[str],
    asker: NamedDependency[str],
    desk: NamedDependency[Desk],
    clock: NamedDependency[Clock],
    ids: NamedDependency[Ids],
) -> Reported:
    """Report a problem with one's own charge, at its outlet. Twice is once."""
    session = await my_session(session_id, visitor)
    told = Told(
        visitor=visitor, code=session.code, session_id=session.id, kind=data.kind,
        words=data.words.strip(),
    )  # fmt: skip
    return await _keep(told, asker, desk, clock, ids)


HANDLERS = [report_outlet, report_session]
