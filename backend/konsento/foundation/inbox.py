"""What outside tells us is written down once, by the sender's own id, before it is believed."""

from konsento.foundation.database import Database
from konsento.foundation.limits import INBOX_KEPT_MS
from konsento.foundation.migrations import Step

INBOX = Step(
    "foundation-inbox-1",
    (
        "CREATE TABLE inbox (sender TEXT NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, "
        "received_at_ms BIGINT NOT NULL, PRIMARY KEY (sender, id))",
    ),
)
INBOX_AGE = Step(
    "foundation-inbox-age-1",
    ("CREATE INDEX inbox_age ON inbox (received_at_ms)",),
)


async def take_in(database: Database, sender: str, message_id: str, kind: str, now_ms: int) -> bool:
    """Inside a write transaction: True the first time, False for every repeat."""
    rows = await database.ask(
        "INSERT INTO inbox (sender, id, kind, received_at_ms) VALUES ({}, {}, {}, {}) "
        "ON CONFLICT DO NOTHING RETURNING id",
        sender,
        message_id,
        kind,
        now_ms,
    )
    return bool(rows)


async def forget_old(database: Database, now_ms: int) -> None:
    """Drop what was taken in longer ago than any sender repeats a message."""
    async with database.writing():
        await database.ask("DELETE FROM inbox WHERE received_at_ms < {}", now_ms - INBOX_KEPT_MS)
