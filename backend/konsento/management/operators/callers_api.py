"""The desk's doors for when somebody calls: a charge by its number; bills that were corrected."""

from typing import Annotated

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from konsento.management.charging.outlet_code import label
from konsento.management.operators.board import SessionFacts, session_facts
from konsento.management.operators.late_bills import LateBill
from konsento.management.operators.permission import Permit
from konsento.management.payments.view import Text

Number = Annotated[str, QueryParameter(max_length=40)]


class FoundCharge(msgspec.Struct, frozen=True, kw_only=True):
    """A charge that runs or is over, and where; without its driver."""

    code: str
    label: str
    place: Text
    session: SessionFacts
    ended_at_ms: int | None


class FoundCharges(msgspec.Struct, frozen=True):
    sessions: list[FoundCharge]


class LateBills(msgspec.Struct, frozen=True):
    late_bills: list[LateBill]


@get("/sessions")
async def charges_numbered(permit: NamedDependency[Permit], number: Number = "") -> FoundCharges:
    """The facility's charges with the number that their drivers' phones show: seldom two."""
    return FoundCharges(
        [
            FoundCharge(
                code=outlet.code,
                label=label(outlet.code),
                place=Text(outlet.title_ja, outlet.title_en),
                session=session_facts(session),
                ended_at_ms=session.ended_at_ms,
            )
            for session, outlet in await permit.sessions_numbered(number)
        ]
    )


@get("/late-bills")
async def late_bills(permit: NamedDependency[Permit]) -> LateBills:
    """Charges whose meter spoke after the bill was made, the newest first."""
    return LateBills(await permit.late_bills())


HANDLERS = [charges_numbered, late_bills]
