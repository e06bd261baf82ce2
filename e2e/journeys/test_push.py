"""Being told when it is done: asked after a tap, sent by the house, shown by the phone's worker."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import expect

from e2e.people.app import App
from e2e.people.cast import NewDriver
from e2e.people.driver import CHARGE_MS
from e2e.world.house import House
from e2e.world.street import Street
from e2e.world.waiting import until
from konsento.foundation.clock import SystemClock
from tests.push.pushbox import PushBox

NUMBER = 6
TOLD_WITHIN_S = 60


@pytest_asyncio.fixture(loop_scope="session")
async def box() -> AsyncIterator[PushBox]:
    async with PushBox(SystemClock().now_ms).open() as opened:
        yield opened
    assert opened.complaints == []


@pytest_asyncio.fixture(loop_scope="session")
async def own_house(box: PushBox, tmp_path: Path) -> AsyncIterator[House]:
    """A house that knows this push service and no other."""
    paces = {"continuity_every_ms": 20_000, "failsafe_after_ms": 600_000}
    async with House(tmp_path, push_hosts=box.origin, **paces).opened() as house:
        yield house


async def test_a_driver_who_asked_is_told_once_that_it_is_done_and_a_tap_shows_the_bill(
    own_house: House, box: PushBox, driver: NewDriver
) -> None:
    yui = await driver(at=own_house)
    app = App(yui.phone.context, yui.page, own_house.url)
    await app.may_notify(box.browser())
    async with Street(own_house.url) as street:
        await street.do(NUMBER, "plug_car")
        await yui.pays_for((await street.outlet(NUMBER)).code, kwh="1.2")
        await street.runs(10)
        await yui.watches_it_flow()
        await app.is_installed()
        row = yui.page.get_by_role("button", name="終わったら知らせる")
        await row.click()
        await expect(row).to_have_attribute("aria-pressed", "true")
        await street.runs_fast()
        done = yui.page.get_by_role("link", name=yui.says.receipt)
        await expect(done).to_be_visible(timeout=CHARGE_MS)
        await street.runs(1)

    async def told() -> list[str]:
        return box.kinds()

    kinds = await until(told, lambda all_: len(all_) > 0, within_s=TOLD_WITHIN_S, what="a push")
    assert len(kinds) == 1
    session = yui.page.url
    await yui.opens("/history")
    await app.receives(json.dumps(box.taken[0].payload, ensure_ascii=False))
    (note,) = await app.shows(1)
    assert note["lang"] == "ja"
    assert session.endswith(note["data"]["navigate"])
    await yui.opens(await app.taps_the_notification())
    assert yui.page.url == session
    await expect(done).to_be_visible()


async def test_what_cannot_be_read_is_told_all_the_same(
    own_house: House, driver: NewDriver, box: PushBox
) -> None:
    yui = await driver(at=own_house)
    app = App(yui.phone.context, yui.page, own_house.url)
    await app.may_notify(box.browser())
    await yui.opens()
    await app.is_installed()
    for damaged in ("", "{", "[1]"):
        await app.receives(damaged)
        (note,) = await app.shows(1)
        assert "お知らせがあります" in note["body"]
        assert "There is news" in note["body"]
