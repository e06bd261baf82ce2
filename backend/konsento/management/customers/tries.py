"""How often a thing was done on a day of Japan's, kept through restarts and by all processes."""

import hashlib
from collections.abc import Sequence

import msgspec

from konsento.foundation.databases import PEOPLE
from konsento.foundation.edge.rates import TooManyTries
from konsento.management.customers.typed import day_ends_at_ms, japan_day

ONCE_MORE = (
    "INSERT INTO customer_try (id, tries, expires_at_ms) VALUES ({}, 1, {}) "
    "ON CONFLICT (id) DO UPDATE SET tries = customer_try.tries + 1"
)
TOMORROW = "Tried too often today; tomorrow it can be tried again."


class Counted(msgspec.Struct, frozen=True):
    """Something that may be done `most` times on one day; `id` names it and the day."""

    id: str
    most: int

    @property
    def lock(self) -> str:
        return f"try:{self.id}"


def counted(kind: str, what: str, most: int, now_ms: int) -> Counted:
    """`what` may be anything typed: only a digest is kept."""
    said = f"{kind}\0{what}\0{japan_day(now_ms)}"
    return Counted(hashlib.sha256(said.encode()).hexdigest()[:40], most)


async def refuse_if_spent(things: Sequence[Counted], now_ms: int) -> None:
    """Raises TooManyTries, until the day's end, whichever of them is spent."""
    marks = ", ".join("{}" for _ in things)
    rows = await PEOPLE.ask(
        f"SELECT id, tries FROM customer_try WHERE id IN ({marks})", *(each.id for each in things)
    )
    done = {row["id"]: row["tries"] for row in rows}
    if any(done.get(each.id, 0) >= each.most for each in things):
        left_ms = day_ends_at_ms(japan_day(now_ms)) - now_ms
        raise TooManyTries(TOMORROW, retry_after_s=left_ms // 1000 + 1)


async def count(things: Sequence[Counted], now_ms: int) -> None:
    """Each was done once more; within the caller's transaction."""
    until_ms = day_ends_at_ms(japan_day(now_ms))
    for each in things:
        await PEOPLE.ask(ONCE_MORE, each.id, until_ms)


async def forget_tries(now_ms: int) -> None:
    """Those of days that are over."""
    async with PEOPLE.writing():
        await PEOPLE.ask("DELETE FROM customer_try WHERE expires_at_ms <= {}", now_ms)
