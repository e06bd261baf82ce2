"""A process that dies before the n-th of its statements, as the database sees it."""

import contextlib
import re
from collections.abc import Iterator
from typing import Any, cast

from konsento.foundation.database.engine import HouseEngine
from konsento.foundation.databases import PEOPLE

EVERY = re.compile("")


class Died(BaseException):
    """The process was killed before this statement; nobody who catches errors catches it."""


class Listening:
    """The engine, on which every statement of `ours` is written down."""

    def __init__(
        self,
        engine: HouseEngine,
        done: list[str],
        dies_at: int,
        ours: re.Pattern[str],
        death: type[BaseException],
    ) -> None:
        self._engine, self._done, self._dies_at = engine, done, dies_at
        self._ours, self._death = ours, death

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    async def run(self, sql: str, args: list[Any]) -> list[dict[str, Any]]:
        if self._ours.search(sql):
            self._done.append(sql)
            if len(self._done) == self._dies_at:
                raise self._death
        return await self._engine.run(sql, args)


@contextlib.contextmanager
def listened(
    done: list[str],
    *,
    dies_at: int = 0,
    ours: re.Pattern[str] = EVERY,
    death: type[BaseException] = Died,
) -> Iterator[None]:
    """While it lasts, statements are added to `done`; we die before the n-th of them."""
    engine = PEOPLE.engine
    PEOPLE._engine = cast(HouseEngine, Listening(engine, done, dies_at, ours, death))
    try:
        yield
    finally:
        PEOPLE._engine = engine
