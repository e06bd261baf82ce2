"""Coming back: few taps, the choice and the card remembered, and a card forgotten for good."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Playwright, expect

from e2e.people.cast import FILMED, NewDriver
from e2e.people.driver import (
    ALWAYS_SECURED_CARD,
    GOOD_CARD,
    SESSION_ADDRESS,
    Driver,
)
from e2e.people.phone import phone_of_ones_own
from e2e.people.thumb import Thumb
from e2e.world.house import House
from e2e.world.street import Street

NEWCOMER_TAPS_MAX = 5
RETURNING_TAPS_MAX = 3
OwnPhone = Callable[[], AbstractAsyncContextManager[Driver]]


@pytest.fixture
def own_phone(house: House, playwright: Playwright, label_film: Path, tmp_path: Path) -> OwnPhone:
    """Opens the browser of one and the same phone, as often as it was closed."""

    @asynccontextmanager
    async def open_browser() -> AsyncIterator[Driver]:
        async with phone_of_ones_own(playwright, tmp_path, film=label_film) as held:
            yield Driver(held, house.url)
            assert held.complaints() == []

    return open_browser


async def scans(rin: Driver, thumb: Thumb) -> None:
    """From home to the outlet, by the label before the camera."""
    await rin.opens()
    await thumb.taps_on(rin.page.get_by_role("link", name=rin.says.scan))
    await rin.sees_title(f"岡山駅西口駐車場 {FILMED}番")


async def accepts(rin: Driver, thumb: Thumb) -> None:
    """Takes what the page proposes."""
    await thumb.taps_on(rin.page.get_by_role("button", name=rin.says.to_payment))
    await thumb.taps_on(rin.page.get_by_role("button", name=rin.says.hold))


async def ends_unplugged(rin: Driver, street: Street, number: int) -> None:
    """Power is there; nothing is plugged in, and the driver stops at ¥0."""
    await rin.sees_heading("プラグを差してください")
    assert (await street.outlet(number)).switch == "closed"
    await rin.stops()
    await rin.sees_heading("終わりました。請求はありません")
    await street.until_switched(number, "open")


async def test_a_newcomer_taps_five_times_to_power_and_who_comes_back_three(
    own_phone: OwnPhone, street: Street
) -> None:
    async with own_phone() as rin:
        thumb = Thumb()
        await scans(rin, thumb)
        await accepts(rin, thumb)
        field = rin.page.get_by_label(rin.says.card_field)
        await thumb.taps_on(field)
        # The twin's page holds a card already; a real one would not, and has to be typed into.
        await field.clear()
        await field.press_sequentially(GOOD_CARD)
        await thumb.taps_on(rin.page.get_by_role("button", name=rin.says.pay))
        await rin.page.wait_for_url(SESSION_ADDRESS)
        await ends_unplugged(rin, street, FILMED)
        assert thumb.taps <= NEWCOMER_TAPS_MAX
        await rin.pays_for((await street.outlet(FILMED)).code, kwh="1.7", remember=True)
        await ends_unplugged(rin, street, FILMED)

    async with own_phone() as rin:
        thumb = Thumb()
        await scans(rin, thumb)
        await expect(rin.page.get_by_role("textbox", name="充電する量（kWh）")).to_have_value("1.7")
        await rin.sees("地熱")
        await rin.sees("VISA •••• 4242")
        await accepts(rin, thumb)
        await ends_unplugged(rin, street, FILMED)
        assert thumb.taps <= RETURNING_TAPS_MAX


async def test_a_remembered_card_may_ask_for_a_proof_and_is_gone_once_forgotten(
    driver: NewDriver, street: Street
) -> None:
    outlet = await street.outlet(1)
    rin = await driver()
    await rin.chooses_at(outlet.code, kwh="2.0")
    await rin.goes_to_payment(remember=True)
    await rin.offers_card(ALWAYS_SECURED_CARD)
    await rin.proves_it_is_them()
    await ends_unplugged(rin, street, 1)

    await rin.opens(f"/o/{outlet.code}")
    await rin.sees("VISA •••• 3184")
    await rin.starts_with_remembered_card()
    await rin.sees("本人認証（3Dセキュア）")
    assert (await street.outlet(1)).switch == "open"
    await rin.proves_it_is_them()
    await ends_unplugged(rin, street, 1)

    await rin.opens(f"/o/{outlet.code}")
    sheet = await rin.opens_payment()
    await sheet.get_by_role("button", name="VISA •••• 3184 を消す").click()
    await sheet.get_by_role("button", name="もう一度押すと、VISA •••• 3184 を消します").click()
    await expect(sheet.get_by_role("radio")).to_have_count(1)
    await rin.page.reload()
    await rin.opens_payment()
    await expect(sheet.get_by_role("radio")).to_have_count(1)
    await rin.sees_not("3184")
