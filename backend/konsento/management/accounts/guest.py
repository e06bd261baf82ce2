"""A driver without an account, reachable by e-mail for one session's receipt."""

import msgspec

from konsento.management.accounts.tables import Guest


class Contact(msgspec.Struct, frozen=True):
    """Where and in which language to write."""

    email: str
    language: str


async def remember(session_id: str, email: str, language: str, now_ms: int) -> None:
    """Within the transaction that starts the session."""
    row = Guest(session_id=session_id, email=email, language=language, created_at_ms=now_ms)
    await Guest.insert(row)


async def contact_of(session_id: str) -> Contact | None:
    row = await Guest.select(Guest.email, Guest.language).where(Guest.session_id == session_id)
    return Contact(**row[0]) if row else None
