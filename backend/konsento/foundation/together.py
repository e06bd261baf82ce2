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
        self._looks: dict[object, list[asyncio.Future[Value | None]]] = {}

    async def ask(self, key: object, look: Callable[[], Awaitable[Value]]) -> Value:
        """The answer of `look`, or of the same look begun by another. Raises what it raises."""
        while (waiting := self._looks.get(key)) is not None:
            told: asyncio.Future[Value | None] = asyncio.get_running_loop().create_future()
            waiting.append(told)
            if (answer := await told) is not None:
                return answer
        waiting = self._looks[key] = []
        found: Value | None = None
        try:
            # A look may be over without once giving way: whoever was woken with us asks first.
            await asyncio.sleep(0)
            found = await look()
            return found
        finally:
            del self._looks[key]
            for told in waiting:
                if not told.done():
                    told.set_result(found)  # None when there is no answer: they look anew
