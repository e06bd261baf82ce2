"""A small database that the foundation's tests write to: jars on a shelf, and labels on jars."""

from piccolo.columns import BigInt, Boolean, Text
from piccolo.table import Table

from konsento.foundation.database import Database
from konsento.foundation.edge.idempotency import IDEMPOTENCY
from konsento.foundation.inbox import INBOX
from konsento.foundation.migrations import Step
from konsento.foundation.outbox import OUTBOX, OUTBOX_FRESH

SHELF = Database("shelf")


class Jar(Table, tablename="jar"):
    id = Text(primary_key=True)
    filled_g = BigInt()
    sealed = Boolean(default=False)


class Label(Table, tablename="label"):
    id = Text(primary_key=True)
    jar = Text()


SHELF.owns(Jar, Label)

STEPS = (
    Step(
        "shelf-1",
        (
            "CREATE TABLE jar (id TEXT PRIMARY KEY, filled_g BIGINT NOT NULL "
            "CHECK (filled_g >= 0), sealed BOOLEAN NOT NULL DEFAULT FALSE)",
            "CREATE TABLE label (id TEXT PRIMARY KEY, jar TEXT NOT NULL "
            "REFERENCES jar (id) DEFERRABLE INITIALLY DEFERRED)",
        ),
    ),
    OUTBOX,
    OUTBOX_FRESH,
    INBOX,
    IDEMPOTENCY,
)


async def put(jar: str, filled_g: int = 0) -> None:
    """Put one jar on the shelf, in a transaction of its own."""
    async with SHELF.writing():
        await Jar.insert(Jar(id=jar, filled_g=filled_g))


async def jars() -> list[str]:
    return [row["id"] for row in await Jar.select(Jar.id).order_by(Jar.id)]


async def filled_g(jar: str) -> int:
    (row,) = await Jar.select(Jar.filled_g).where(Jar.id == jar)
    return int(row["filled_g"])
