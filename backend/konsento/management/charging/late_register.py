"""The closing register that comes after a session was ended without it: kept beside the session.

The session stays as it was billed. What the true register changes of the money is decided by
whoever knows of money; here is only that it came, and what it says.
"""

import msgspec

from konsento.foundation.databases import PEOPLE
from konsento.management.charging.record import Session
from konsento.management.charging.session import OVER
from konsento.management.charging.tables import LateRegisterRow
from konsento.mdms.contract import Event


class LateRegister(msgspec.Struct, frozen=True, kw_only=True):
    """The columns of tables.LateRegisterRow; Wh, epoch ms."""

    session_id: str
    closing_register_wh: int
    used_wh: int
    heard_at_ms: int


def late_register(record: Session, event: Event, now_ms: int) -> LateRegister | None:
    """What a final event adds to a session that needed none; None when it brings nothing new.

    A session whose true register was heard in time is not told another: its request is over.
    """
    if not event.final or not (record.final or record.state in OVER):
        return None
    closing_wh, used_wh = event.closing_register_wh, event.used_wh
    if closing_wh is None or used_wh is None or used_wh == record.used_wh:
        return None
    return LateRegister(
        session_id=record.id,
        closing_register_wh=closing_wh,
        used_wh=used_wh,
        heard_at_ms=now_ms,
    )


async def keep_late_register(late: LateRegister) -> bool:
    """Within a transaction; False when one is known already: the first stands."""
    rows = await PEOPLE.ask(
        "INSERT INTO late_register (session_id, closing_register_wh, used_wh, heard_at_ms) "
        "VALUES ({}, {}, {}, {}) ON CONFLICT DO NOTHING RETURNING session_id",
        late.session_id, late.closing_register_wh, late.used_wh, late.heard_at_ms,
    )  # fmt: skip
    return bool(rows)


async def late_register_of(session_id: str) -> LateRegister | None:
    rows = await LateRegisterRow.select().where(LateRegisterRow.session_id == session_id)
    return msgspec.convert(rows[0], LateRegister) if rows else None
