"""Those who ask the same at the same time ask once: one looks, and all get its answer."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Together(Generic[Value]):
    """Looks that are under way, by what is asked. Nothing is kept once a look is done.

    Whoever asks first looks, in its own task; when that one leaves midway, the next one looks.
    """

    def __init__(self) -> None:
        self._looks: dict[object, asyncio.Future[Value | None]] = {}

    async def ask(self, key: object, look: Callable[[], Awaitable[Value]]) -> Value:
        """The answer of `look`, or of the same look begun by another. Raises what it raises."""
        while (under_way := self._looks.get(key)) is not None:
            await asyncio.wait((under_way,))
            if not under_way.cancelled() and (answer := under_way.result()) is not None:
                return answer
        mine: asyncio.Future[Value | None] = asyncio.get_running_loop().create_future()
        self._looks[key] = mine
        try:
            answer = await look()
            mine.set_result(answer)
            return answer
        finally:
            del self._looks[key]
            mine.cancel()  # of no effect once there is a result; else whoever waits looks anew
