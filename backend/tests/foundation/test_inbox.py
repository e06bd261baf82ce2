"""What outside says twice is believed once."""

import asyncio

from konsento.foundation.database import Database
from konsento.foundation.inbox import forget_old, take_in
from konsento.foundation.limits import INBOX_KEPT_MS


async def test_a_message_is_new_once_for_each_sender(shelf: Database) -> None:
    async with shelf.writing():
        assert await take_in(shelf, "bank", "evt_1", "paid", 1)
        assert not await take_in(shelf, "bank", "evt_1", "paid", 2)
        assert await take_in(shelf, "mint", "evt_1", "paid", 3)


async def test_a_message_whose_handling_failed_is_new_again(shelf: Database) -> None:
    async def handle(*, fail: bool) -> bool:
        async with shelf.writing():
            new = await take_in(shelf, "bank", "evt_1", "paid", 1)
            if fail:
                raise KeyError
        return new

    await asyncio.gather(handle(fail=True), return_exceptions=True)
    assert await handle(fail=False)


async def test_a_message_that_comes_ten_times_at_once_is_new_once(shelf: Database) -> None:
    async def handle() -> bool:
        async with shelf.writing():
            return await take_in(shelf, "bank", "evt_1", "paid", 1)

    assert sum(await asyncio.gather(*(handle() for _ in range(10)))) == 1


async def test_what_no_sender_repeats_any_more_is_forgotten_and_nothing_younger(
    shelf: Database,
) -> None:
    async with shelf.writing():
        await take_in(shelf, "bank", "old", "paid", 999)
        await take_in(shelf, "bank", "young", "paid", 1_000)
    for _ in range(2):
        await forget_old(shelf, INBOX_KEPT_MS + 1_000)
    assert await shelf.ask("SELECT id FROM inbox") == [{"id": "young"}]
