"""A facility's outlets and what runs on them: the only place where the desk reads charging's rows.

Every query names the facility, so that another's outlet or session cannot even be read.
"""

import msgspec

from konsento.foundation.databases import PEOPLE
from konsento.management.charging.record import Session
from konsento.management.charging.session import HOLDS_OUTLET
from konsento.management.charging.store import Outlet, UnknownOutlet, UnknownSession
from konsento.management.operators.limits import OUTLETS_MAX

HOLDING = ", ".join(f"'{state.value}'" for state in sorted(HOLDS_OUTLET))


async def outlets_of(facility: str) -> list[Outlet]:
    """By their Japanese title, at most OUTLETS_MAX."""
    rows = await PEOPLE.ask(
        "SELECT * FROM outlet WHERE facility = {} ORDER BY title_ja, code LIMIT {}",
        facility, OUTLETS_MAX,
    )  # fmt: skip
    return msgspec.convert(rows, list[Outlet], strict=False)


async def outlet_of(facility: str, code: str) -> Outlet:
    """Raises UnknownOutlet, the same for missing and for another facility's."""
    rows = await PEOPLE.ask(
        "SELECT * FROM outlet WHERE code = {} AND facility = {}", code, facility
    )
    if not rows:
        raise UnknownOutlet
    return msgspec.convert(rows[0], Outlet, strict=False)


async def session_of(facility: str, session_id: str) -> Session:
    """Raises UnknownSession, the same for missing and for another facility's."""
    rows = await PEOPLE.ask(
        "SELECT s.* FROM session s JOIN outlet o ON o.code = s.code "
        "WHERE s.id = {} AND o.facility = {}",
        session_id, facility,
    )  # fmt: skip
    if not rows:
        raise UnknownSession
    return msgspec.convert(rows[0], Session, strict=False)


async def running_at(facility: str) -> dict[str, Session]:
    """The session that holds each of the facility's outlets, by outlet code."""
    rows = await PEOPLE.ask(
        "SELECT s.* FROM session s JOIN outlet o ON o.code = s.code "
        f"WHERE o.facility = {{}} AND s.state IN ({HOLDING})",
        facility,
    )
    return {found.code: found for found in msgspec.convert(rows, list[Session], strict=False)}


async def set_locked(outlet: Outlet, *, locked: bool) -> Outlet:
    """Offer the outlet to nobody, or again. A session that runs on it is not touched."""
    async with PEOPLE.writing():
        await PEOPLE.ask(
            "UPDATE outlet SET locked = {} WHERE code = {} AND facility = {}",
            locked, outlet.code, outlet.facility,
        )  # fmt: skip
    return msgspec.structs.replace(outlet, locked=locked)
