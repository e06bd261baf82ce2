"""Cries in one process what rang in another: LISTEN/NOTIFY between those of one PostgreSQL.

Nothing depends on being heard. What is true stands in the database and everybody looks there
now and then; a cry that is lost, or a crier that is away, is only a longer wait. Crying happens
after the commit and on a connection of its own: within a transaction, PostgreSQL would let one
commit at a time through.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import asyncpg
import structlog

from konsento.foundation.limits import CRIER_AGAIN_MS, CRIER_ALIVE_MS, CRIER_WAIT_S, CRIES_KEPT
from konsento.foundation.wake import Wake

log = structlog.get_logger(__name__)

Here = Callable[[str], None]
# The last is what asyncpg says of a connection that was cut while it was being spoken over.
LOST = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
CRY = "SELECT pg_notify($1, said) FROM unnest($2::text[]) AS said"


class Crier:
    """One for a database in each process; `address` is the database's postgresql:// URL."""

    def __init__(self, name: str, address: str) -> None:
        self._channel = f"konsento_{name}"
        self._address = address
        self._here: dict[str, Here] = {}
        self._all_here: list[Callable[[], None]] = []
        self._cries: dict[str, None] = {}
        self._called = Wake()

    def carries(self, kind: str, here: Here) -> Here:
        """Have `here(subject)` called when others cry; returns what cries a subject to others."""
        self._here[kind] = here
        return partial(self._cry, kind)

    def wake(self, kind: str) -> Wake:
        """A bell that rings in every process."""
        bell = Wake(partial(self._cry, kind, ""))
        self._here[kind] = lambda _: bell.ring_here()
        self._all_here.append(bell.ring_here)
        return bell

    @property
    def jobs(self) -> tuple[Callable[[], Awaitable[None]], ...]:
        """What must run for ever: nothing on SQLite, where there is one process."""
        shared = self._address.startswith(("postgresql://", "postgres://"))
        return (self.run,) if shared else ()

    async def run(self) -> None:
        """Cry and listen until cancelled; being away is said once."""
        away = False
        while True:
            try:
                conn = await asyncpg.connect(self._address, timeout=CRIER_WAIT_S)
                if away:
                    log.warning("crier back", name=self._channel)
                away = False
                await self._stand(conn)
            except LOST as error:
                if not away:
                    log.warning("crier away", name=self._channel, error=type(error).__name__)
                away = True
            await asyncio.sleep(CRIER_AGAIN_MS / 1000)  # in the network's own time

    async def _stand(self, conn: Any) -> None:
        try:
            conn.add_termination_listener(lambda _: self._called.ring_here())
            await conn.add_listener(self._channel, self._heard)
            for ring in self._all_here:
                ring()  # what was cried while nobody stood here
            while True:
                heard = self._called.rings
                cries, self._cries = list(self._cries), {}
                # With nothing to cry it is how a connection that was cut is noticed.
                await conn.execute(CRY, self._channel, cries, timeout=CRIER_WAIT_S)
                await self._called.wait(CRIER_ALIVE_MS, since=heard)
        finally:
            conn.terminate()

    def _cry(self, kind: str, subject: str) -> None:
        if len(self._cries) < CRIES_KEPT:
            self._cries[f"{kind}:{subject}"] = None
            self._called.ring_here()

    def _heard(self, conn: Any, pid: int, _: str, said: object) -> None:
        if pid == conn.get_server_pid():
            return
        kind, _, subject = str(said).partition(":")
        if kind in self._here:
            self._here[kind](subject)
