"""Without a network: the app opens, says what it knew and when, and forgets nothing pressed."""

from playwright.async_api import expect

from e2e.people.app import App
from e2e.people.cast import NewDriver
from e2e.people.charge import has_drawn_a_little
from e2e.people.driver import CHARGE_MS, Driver
from e2e.world.deployment import Deployment
from e2e.world.house import House
from e2e.world.street import Street

NUMBER = 3
OPENS_WITHIN_MS = 500
NO_NETWORK = r"net::ERR_|Failed to load resource|the page .* could not be loaded"
ANSWERED_MS = "performance.getEntriesByType('navigation')[0].responseEnd"


async def charging_at(own_house: House, driver: NewDriver) -> tuple[Driver, App, str]:
    """A driver whose car draws power, with the app on their phone; and the session's path."""
    aki = await driver(at=own_house)
    aki.phone.forgives(NO_NETWORK)
    async with Street(own_house.url) as street:
        await has_drawn_a_little(aki, street, NUMBER, kwh="4.0")
    app = App(aki.phone.context, aki.page, own_house.url)
    await app.is_installed()
    return aki, app, aki.page.url.removeprefix(own_house.url)


async def loses_the_network(own_house: House, aki: Driver) -> None:
    """The street goes on at the wall's pace; nothing of the house can be reached."""
    await own_house.kill()
    await aki.phone.context.set_offline(True)


async def finds_it_again(own_house: House, aki: Driver) -> None:
    await own_house.open()
    await aki.phone.context.set_offline(False)


async def test_the_app_opens_at_once_and_tells_the_past_as_the_past(
    own_house: House, driver: NewDriver
) -> None:
    aki, _, session = await charging_at(own_house, driver)
    async with Street(own_house.url) as street:
        code = (await street.outlet(NUMBER + 1)).code
    await loses_the_network(own_house, aki)
    await aki.opens(session)
    await aki.sees_heading("つながっていません")
    assert await aki.page.evaluate(ANSWERED_MS) <= OPENS_WITHIN_MS
    await aki.sees("充電中でした")
    await aki.sees("古い")
    await aki.sees("充電は続き、上限になるとメーターが自分で切ります。")
    await aki.opens()
    await aki.sees("充電中でした")
    await aki.opens("/enter")
    await aki.types_code(code)
    await aki.checks_code()
    await expect(aki.page.get_by_role("alert")).to_be_visible()
    await aki.page.get_by_role("link", name="ほかの番号を入力").click()
    field = aki.page.get_by_role("textbox", name=aki.says.code_field)
    await expect(field).to_have_value(f"{code[:5]}-{code[5:]}")
    await finds_it_again(own_house, aki)


async def test_a_stop_pressed_offline_is_kept_over_a_reload_and_passed_on(
    own_house: House, driver: NewDriver
) -> None:
    aki, _, session = await charging_at(own_house, driver)
    await loses_the_network(own_house, aki)
    await aki.opens(session)
    await aki.stops()
    await aki.sees("まだ止まっていません")
    await aki.page.reload()
    await aki.sees("まだ止まっていません")
    await finds_it_again(own_house, aki)
    # Nobody touches the phone: the press of before arrives by itself, once.
    async with Street(own_house.url) as street:
        await street.until_switched(NUMBER, "open")
    await expect(aki.page.get_by_role("link", name=aki.says.receipt)).to_be_visible(
        timeout=CHARGE_MS
    )
    await aki.sees("あなたが止めました。")
    await aki.sees_not("まだ止まっていません")


async def test_a_new_version_never_takes_the_page_from_under_a_charge(
    own_house: House, driver: NewDriver
) -> None:
    aki, _, session = await charging_at(own_house, driver)
    async with Deployment(own_house).open() as deployment:
        await aki.page.goto(f"{deployment.url}{session}")
        app = App(aki.phone.context, aki.page, deployment.url)
        await app.is_installed()
        await aki.page.evaluate("window.drawnBefore = true")
        deployment.newer = True
        await app.looks_for_a_new_version()
        before = await aki.progress()
        await aki.watches_progress_past(before)
        assert await app.has_a_version_waiting()
        assert await aki.page.evaluate("window.drawnBefore") is True
        # Home holds nothing that could be lost: there the new version takes over.
        await aki.page.get_by_role("button", name="閉じる").click()
        await aki.page.wait_for_function("() => !window.drawnBefore")
        await aki.sees("充電中")
        await app.is_installed()
        assert not await app.has_a_version_waiting()
        await aki.page.close()
