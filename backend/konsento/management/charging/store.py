"""Reading and keeping sessions: between rows and records, and who is woken by a change."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from piccolo.columns import Column

from konsento.foundation.database import Transaction
from konsento.foundation.databases import PEOPLE
from konsento.foundation.problems import Refusal
from konsento.foundation.wake import Wake
from konsento.management.charging.record import Session
from konsento.management.charging.session import HOLDS_OUTLET
from konsento.management.charging.tables import OutletRow, SampleRow, SessionRow


class UnknownSession(Refusal):
    """Also said of a session that belongs to somebody else."""

    status = 404
    slug = "unknown-session"
    title = "There is no such charging session here."


class UnknownOutlet(Refusal):
    status = 404
    slug = "unknown-outlet"
    title = "No outlet has this code."


class Outlet(msgspec.Struct, frozen=True, kw_only=True):
    """An outlet as charging knows it."""

    code: str
    outlet: str
    facility: str
    title_ja: str
    title_en: str
    hint_ja: str
    hint_en: str
    voltage_v: int
    power_w_max: int
    locked: bool
    plan_x: int | None = None
    plan_y: int | None = None


def _nobody(_: str) -> None:
    """There is no other process."""


class Watchers:
    """Who waits for news of a session in this process. What is new stands in the database.

    `tell_others` is called with the session's id, for those who wait in other processes.
    """

    def __init__(self) -> None:
        self._bells: dict[str, tuple[Wake, int]] = {}
        self.tell_others: Callable[[str], None] = _nobody

    @contextlib.contextmanager
    def watch(self, session_id: str) -> Iterator[Wake]:
        bell, watching = self._bells.get(session_id, (Wake(), 0))
        self._bells[session_id] = (bell, watching + 1)
        try:
            yield bell
        finally:
            bell, watching = self._bells[session_id]
            if watching == 1:
                del self._bells[session_id]
            else:
                self._bells[session_id] = (bell, watching - 1)

    def tell(self, session_id: str) -> None:
        self.tell_here(session_id)
        self.tell_others(session_id)

    def tell_here(self, session_id: str) -> None:
        if session_id in self._bells:
            self._bells[session_id][0].ring()


WATCHERS = Watchers()


async def outlet_by_code(code: str) -> Outlet:
    """Raises UnknownOutlet."""
    rows = await OutletRow.select().where(OutletRow.code == code)
    if not rows:
        raise UnknownOutlet
    return msgspec.convert(rows[0], Outlet, strict=False)


async def session_by_id(session_id: str) -> Session:
    """Raises UnknownSession."""
    return _one(await SessionRow.select().where(SessionRow.id == session_id))


async def my_session(session_id: str, visitor: str) -> Session:
    """The asker's own session. Raises UnknownSession, the same for missing and for foreign."""
    mine = (SessionRow.id == session_id) & (SessionRow.visitor == visitor)
    return _one(await SessionRow.select().where(mine))


async def session_by_request(request_number: str) -> Session | None:
    rows = await SessionRow.select().where(SessionRow.request_number == request_number)
    return _one(rows) if rows else None


async def session_holding(outlet: str) -> Session | None:
    """The session that has the outlet now, if any."""
    states = [state.value for state in HOLDS_OUTLET]
    held = (SessionRow.outlet == outlet) & SessionRow.state.is_in(states)
    rows = await SessionRow.select().where(held)
    return _one(rows) if rows else None


async def sessions_of(visitor: str, *, limit: int = 50) -> list[Session]:
    """Newest first."""
    rows = (
        await SessionRow.select()
        .where(SessionRow.visitor == visitor)
        .order_by(SessionRow.created_at_ms, ascending=False)
        .limit(limit)
    )
    return msgspec.convert(rows, list[Session], strict=False)


async def overdue(now_ms: int, *, limit: int = 100) -> list[Session]:
    """Sessions whose state has lasted to its deadline."""
    rows = (
        await SessionRow.select()
        .where(SessionRow.deadline_ms <= now_ms)
        .order_by(SessionRow.deadline_ms)
        .limit(limit)
    )
    return msgspec.convert(rows, list[Session], strict=False)


async def samples_between(session_id: str, after: int, upto: int) -> list[tuple[int, int, int]]:
    """(at_ms, power_w, used_wh) of the measurements newer than `after`, oldest first.

    `upto`, the sequence of the session as it was read, keeps out what came since: the next
    view will bring it, and each is told once.
    """
    rows = (
        await SampleRow.select(SampleRow.at_ms, SampleRow.power_w, SampleRow.used_wh)
        .where(SampleRow.session_id == session_id)
        .where((SampleRow.sequence > after) & (SampleRow.sequence <= upto))
        .order_by(SampleRow.sequence)
    )
    return [(row["at_ms"], row["power_w"], row["used_wh"]) for row in rows]


async def keep_new(record: Session) -> None:
    await SessionRow.insert(SessionRow(**msgspec.structs.asdict(record)))


async def keep(tx: Transaction, record: Session, before: Session) -> None:
    """Write what changed, and wake the watchers once it is durable."""
    old = msgspec.structs.asdict(before)
    changed: dict[Column | str, Any] = {
        k: v for k, v in msgspec.structs.asdict(record).items() if v != old[k]
    }
    if not changed:
        return
    await SessionRow.update(changed).where(SessionRow.id == record.id)
    tx.after_commit(lambda: WATCHERS.tell(record.id))


async def touch(session_id: str) -> None:
    """Something beside the record changed that a watcher sees; within its transaction."""
    await PEOPLE.ask("UPDATE session SET sequence = sequence + 1 WHERE id = {}", session_id)


async def keep_sample(record: Session) -> None:
    """The measurement that this record brought."""
    await SampleRow.insert(
        SampleRow(
            id=f"{record.id}:{record.sequence}",
            session_id=record.id,
            sequence=record.sequence,
            at_ms=record.measured_at_ms,
            power_w=record.power_w,
            used_wh=record.used_wh,
        )
    )


def changing(session_id: str) -> contextlib.AbstractAsyncContextManager[Transaction]:
    """The write transaction for one session: nobody else changes it meanwhile."""
    return PEOPLE.writing(f"session:{session_id}")


def _one(rows: list[dict[str, object]]) -> Session:
    if not rows:
        raise UnknownSession
    return msgspec.convert(rows[0], Session, strict=False)
