"""Many who ask the same: one looks, and whoever leaves leaves nobody without an answer."""

import asyncio

import pytest

from konsento.foundation.together import Together


class Library:
    """Counts who looks something up, and answers when it is opened."""

    def __init__(self) -> None:
        self.looks = 0
        self.open = asyncio.Event()

    async def look(self) -> str:
        self.looks += 1
        await self.open.wait()
        return f"answer {self.looks}"


async def turns(count: int = 5) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_those_who_ask_the_same_at_once_look_once() -> None:
    library, together = Library(), Together[str]()
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(together.ask("a", library.look)) for _ in range(100)]
        other = group.create_task(together.ask("b", library.look))
        await turns()
        library.open.set()
    assert {task.result() for task in tasks} == {other.result()} == {"answer 2"}
    assert library.looks == 2


async def test_nothing_is_kept_for_those_who_ask_later() -> None:
    library, together = Library(), Together[str]()
    library.open.set()
    assert await together.ask("a", library.look) == "answer 1"
    assert await together.ask("a", library.look) == "answer 2"


async def test_when_the_one_who_looks_leaves_another_looks() -> None:
    library, together = Library(), Together[str]()
    async with asyncio.TaskGroup() as group:
        first = group.create_task(together.ask("a", library.look))
        await turns()
        others = [group.create_task(together.ask("a", library.look)) for _ in range(3)]
        await turns()
        first.cancel()
        await turns()
        library.open.set()
    assert first.cancelled()
    assert {task.result() for task in others} == {"answer 2"}
    assert library.looks == 2


async def test_one_who_waits_may_leave_without_disturbing_the_look() -> None:
    library, together = Library(), Together[str]()
    async with asyncio.TaskGroup() as group:
        first = group.create_task(together.ask("a", library.look))
        await turns()
        second = group.create_task(together.ask("a", library.look))
        await turns()
        second.cancel()
        await turns()
        library.open.set()
    assert first.result() == "answer 1"
    assert second.cancelled()


async def test_a_look_that_fails_fails_for_the_one_who_looked_and_is_tried_by_the_next() -> None:
    together = Together[str]()
    tries: list[int] = []

    async def look() -> str:
        tries.append(1)
        await asyncio.sleep(0)
        if len(tries) == 1:
            raise KeyError("gone")
        return "found"

    with pytest.raises(KeyError):
        await together.ask("a", look)
    assert await together.ask("a", look) == "found"
