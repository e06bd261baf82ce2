"""Reading and keeping sessions: between rows and records, and who is woken by a change."""

import contextlib
from collections.abc import Callable, Collection, Iterator

import msgspec

from konsento.foundation.database import Transaction
from konsento.foundation.databases import PEOPLE
from konsento.foundation.problems import Refusal
from konsento.foundation.wake import Wake
from konsento.management.charging.record import Session
from konsento.management.charging.tables import SampleRow, SessionRow


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
    """An outlet as charging knows it; `phone` is its facility's, where it has one."""

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
    phone: str | None = None


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """One measurement, as its row has it."""

    id: str
    session_id: str
    sequence: int
    at_ms: int | None
    power_w: int | None
    used_wh: int


# An outlet's columns, and its facility's telephone number beside them.
OUTLETS = (
    "SELECT outlet.*, contact.phone FROM outlet "
    "LEFT JOIN facility_contact contact ON contact.facility = outlet.facility "
)
# Word by word as the index of the outlets held has it, or SQLite does not use that index.
HOLDS = (
    "state IN ('starting', 'charging', 'idle', 'paused', 'resuming', 'interrupted', 'link_lost', "
    "'stopping')"
)


def _nobody(_: str) -> None:
    """There is no other process."""


def _nothing() -> None:
    """Nobody looks at all of them."""


class Watchers:
    """Who waits for news of a session in this process. What is new stands in the database.

    `tell_others` is called with the session's id, for those who wait in other processes;
    `any_here` at every change of any session, wherever it was made.
    """

    def __init__(self) -> None:
        self._bells: dict[str, tuple[Wake, int]] = {}
        self.tell_others: Callable[[str], None] = _nobody
        self.any_here: Callable[[], None] = _nothing

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
        self.any_here()
        if session_id in self._bells:
            self._bells[session_id][0].ring()


WATCHERS = Watchers()


async def outlet_by_code(code: str) -> Outlet:
    """Raises UnknownOutlet."""
    rows = await PEOPLE.ask(f"{OUTLETS}WHERE outlet.code = {{}}", code)
    if not rows:
        raise UnknownOutlet
    return msgspec.convert(rows[0], Outlet, strict=False)


async def session_by_id(session_id: str) -> Session:
    """Raises UnknownSession."""
    return _one(await PEOPLE.ask("SELECT * FROM session WHERE id = {}", session_id))


async def my_session(session_id: str, visitor: str) -> Session:
    """The asker's own session. Raises UnknownSession, the same for missing and for foreign."""
    mine = "SELECT * FROM session WHERE id = {} AND visitor = {}"
    return _one(await PEOPLE.ask(mine, session_id, visitor))


async def session_by_request(request_number: str) -> Session | None:
    rows = await PEOPLE.ask("SELECT * FROM session WHERE request_number = {}", request_number)
    return _one(rows) if rows else None


async def sessions_by_requests(request_numbers: Collection[str]) -> dict[str, str]:
    """The sessions' ids by their request numbers, those known here."""
    marks = ", ".join("{}" for _ in request_numbers)
    rows = await PEOPLE.ask(
        f"SELECT request_number, id FROM session WHERE request_number IN ({marks})",
        *request_numbers,
    )
    return {row["request_number"]: row["id"] for row in rows}


async def session_holding(outlet: str) -> Session | None:
    """The session that has the outlet now, if any."""
    rows = await PEOPLE.ask(f"SELECT * FROM session WHERE outlet = {{}} AND {HOLDS}", outlet)
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
    rows = await PEOPLE.ask(
        "SELECT at_ms, power_w, used_wh FROM session_sample WHERE session_id = {} "
        "AND sequence > {} AND sequence <= {} ORDER BY sequence",
        session_id, after, upto,
    )  # fmt: skip
    return [(row["at_ms"], row["power_w"], row["used_wh"]) for row in rows]


async def keep_new(record: Session) -> None:
    await PEOPLE.add(SessionRow, record)


async def keep(tx: Transaction, record: Session, before: Session) -> None:
    """Write what changed, and wake the watchers once it is durable."""
    if not await PEOPLE.change(SessionRow, record.id, record, before):
        return
    tx.after_commit(lambda: WATCHERS.tell(record.id))


async def touch(session_id: str) -> None:
    """Something beside the record changed that a watcher sees; within its transaction."""
    await PEOPLE.ask("UPDATE session SET sequence = sequence + 1 WHERE id = {}", session_id)


async def keep_sample(record: Session) -> None:
    """The measurement that this record brought."""
    await PEOPLE.add(
        SampleRow,
        Sample(
            id=f"{record.id}:{record.sequence}",
            session_id=record.id,
            sequence=record.sequence,
            at_ms=record.measured_at_ms,
            power_w=record.power_w,
            used_wh=record.used_wh,
        ),
    )


def changing(session_id: str) -> contextlib.AbstractAsyncContextManager[Transaction]:
    """The write transaction for one session: nobody else changes it meanwhile."""
    return PEOPLE.writing(f"session:{session_id}")


def _one(rows: list[dict[str, object]]) -> Session:
    if not rows:
        raise UnknownSession
    return msgspec.convert(rows[0], Session, strict=False)
