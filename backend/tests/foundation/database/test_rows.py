"""A row is added and changed by statements made once, the same on both engines."""

import msgspec
import pytest

from konsento.foundation.database import Database, RowExists
from konsento.foundation.database.access import numbered
from tests.foundation.shelf import Jar, jars

pytestmark = pytest.mark.usefixtures("shelf")


class Plums(msgspec.Struct, frozen=True):
    """The columns of a jar."""

    id: str
    filled_g: int
    sealed: bool = False


async def test_a_row_that_was_added_is_read_back_with_its_types(shelf: Database) -> None:
    async with shelf.writing():
        await shelf.add(Jar, Plums("plum", 2**62, sealed=True))
    assert await Jar.select() == [{"id": "plum", "filled_g": 2**62, "sealed": True}]


async def test_a_row_is_added_once(shelf: Database) -> None:
    async with shelf.writing():
        await shelf.add(Jar, Plums("plum", 1))
    with pytest.raises(RowExists):
        async with shelf.writing():
            await shelf.add(Jar, Plums("plum", 2))


async def test_only_what_differs_of_one_row_is_written(shelf: Database) -> None:
    before = Plums("plum", 1)
    async with shelf.writing():
        await shelf.add(Jar, before)
        await shelf.add(Jar, Plums("fig", 1))
        await shelf.ask("UPDATE jar SET sealed = {} WHERE id = {}", True, "plum")
        now = msgspec.structs.replace(before, filled_g=2)
        assert await shelf.change(Jar, "plum", now, before)
    rows = {row["id"]: (row["filled_g"], row["sealed"]) for row in await Jar.select()}
    assert rows == {"plum": (2, True), "fig": (1, False)}


async def test_what_is_the_same_is_not_written_at_all(shelf: Database) -> None:
    same = Plums("plum", 1)
    assert not await shelf.change(Jar, "plum", same, same)
    assert await jars() == []


def test_each_engine_has_marks_of_its_own() -> None:
    assert numbered("WHERE a = {} AND b = {}", "sqlite") == "WHERE a = ? AND b = ?"
    assert numbered("WHERE a = {} AND b = {}", "postgres") == "WHERE a = $1 AND b = $2"
