"""A facility's outlets and what runs on them, for whoever keeps the facility.

Every query names the facility, so that another's outlet or session cannot even be read.
"""

import msgspec

from konsento.foundation.database import Transaction
from konsento.foundation.databases import PEOPLE
from konsento.management.charging.record import Session
from konsento.management.charging.session import HOLDS_OUTLET
from konsento.management.charging.store import OUTLETS, Outlet, UnknownOutlet, UnknownSession

HOLDING = ", ".join(f"'{state.value}'" for state in sorted(HOLDS_OUTLET))


async def outlets_of(facility: str, *, at_most: int) -> list[Outlet]:
    """By their Japanese title."""
    rows = await PEOPLE.ask(
        f"{OUTLETS}WHERE outlet.facility = {{}} ORDER BY title_ja, code LIMIT {{}}",
        facility, at_most,
    )  # fmt: skip
    return msgspec.convert(rows, list[Outlet], strict=False)


async def outlet_of(facility: str, code: str) -> Outlet:
    """Raises UnknownOutlet, the same for missing and for another facility's."""
    rows = await PEOPLE.ask(
        f"{OUTLETS}WHERE outlet.code = {{}} AND outlet.facility = {{}}", code, facility
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


async def sessions_ending(facility: str, end: str, *, at_most: int) -> list[Session]:
    """The facility's sessions whose name ends with these eight symbols, the newest first."""
    rows = await PEOPLE.ask(
        "SELECT s.* FROM session s JOIN outlet o ON o.code = s.code "
        "WHERE substr(s.id, length(s.id) - 7) = {} AND o.facility = {} "
        "ORDER BY s.created_at_ms DESC LIMIT {}",
        end, facility, at_most,
    )  # fmt: skip
    return msgspec.convert(rows, list[Session], strict=False)


async def running_at(facility: str) -> dict[str, Session]:
    """The session that holds each of the facility's outlets, by outlet code."""
    rows = await PEOPLE.ask(
        "SELECT s.* FROM session s JOIN outlet o ON o.code = s.code "
        f"WHERE o.facility = {{}} AND s.state IN ({HOLDING})",
        facility,
    )
    return {found.code: found for found in msgspec.convert(rows, list[Session], strict=False)}


async def lock(tx: Transaction, outlet: Outlet, *, locked: bool) -> bool:
    """Offer the outlet to nobody, or again; False when it is so already. Within `tx`.

    A session that runs on it is not touched. The name is the one under which a session takes
    the outlet: whichever commits first, the other sees.
    """
    await tx.lock(f"outlet:{outlet.outlet}")
    changed = await PEOPLE.ask(
        "UPDATE outlet SET locked = {} WHERE code = {} AND facility = {} AND locked <> {} "
        "RETURNING code",
        locked, outlet.code, outlet.facility, locked,
    )  # fmt: skip
    return bool(changed)


async def reach(facility: str, phone: str | None) -> bool:
    """Its drivers reach the facility at this telephone number from now on, or at none.

    Within the caller's transaction; False when it is so already.
    """
    found = await PEOPLE.ask("SELECT phone FROM facility_contact WHERE facility = {}", facility)
    if found == ([{"phone": phone}] if phone else []):
        return False
    await PEOPLE.ask("DELETE FROM facility_contact WHERE facility = {}", facility)
    if phone:
        await PEOPLE.ask(
            "INSERT INTO facility_contact (facility, phone) VALUES ({}, {})", facility, phone
        )
    return True
