"""For everybody, further on: the way in English, a phone without a network, the demo's own page."""

from e2e.people.app import App
from e2e.people.cast import NewDriver
from e2e.people.charge import has_drawn_a_little
from e2e.people.driver import CHARGE_MS
from e2e.people.inspector import Inspector
from e2e.world.house import House
from e2e.world.street import Street

NUMBER = 9
GONE = r"net::ERR_|Failed to load resource"


async def test_axe_finds_nothing_in_english_from_power_to_receipt(
    driver: NewDriver, street: Street, inspector: Inspector
) -> None:
    emma = await driver("en")
    await emma.opens(f"/o/{(await street.outlet(NUMBER)).code}")
    await emma.chooses_power("Geothermal", take="Use geothermal, Harukaze Power")
    await emma.chooses_kwh("1.2")
    await emma.goes_to_payment()
    await inspector.looks_at(emma.page, "payment page")
    await emma.pays_with_card()
    await emma.sees_heading("Plug in now")
    await inspector.looks_at(emma.page, "plug")
    await street.do(NUMBER, "plug_car")
    await emma.watches_it_flow()
    await inspector.looks_at(emma.page, "live")
    await emma.presses(emma.says.stop)
    await inspector.looks_at(emma.page, "sheet stop")
    await emma.page.keyboard.press("Escape")
    await street.runs_fast()
    await emma.sees_heading("Charging finished", within_ms=CHARGE_MS)
    await street.runs(1)
    await inspector.looks_at(emma.page, "end")
    receipt = await emma.reads_receipt()
    await inspector.looks_at(emma.page, "receipt")
    assert receipt.total_yen == receipt.price_yen > 0
    await emma.opens("/history")
    await emma.sees("1.20 kWh")
    await inspector.looks_at(emma.page, "history")


async def test_axe_finds_nothing_on_a_phone_without_a_network(
    own_house: House, driver: NewDriver, inspector: Inspector
) -> None:
    mio = await driver(at=own_house)
    mio.phone.forgives(GONE)
    async with Street(own_house.url) as street:
        code = (await street.outlet(NUMBER)).code
        await has_drawn_a_little(mio, street, NUMBER, kwh="4.0")
    session = mio.page.url.removeprefix(own_house.url)
    await App(mio.phone.context, mio.page, own_house.url).is_installed()
    await own_house.kill()
    await mio.phone.context.set_offline(True)
    await mio.sees_heading("つながっていません")
    await inspector.looks_at(mio.page, "live, cut off")
    await mio.opens(session)
    await mio.sees("充電中でした")
    await inspector.looks_at(mio.page, "session")
    await mio.stops()
    await mio.sees("まだ止まっていません")
    await inspector.looks_at(mio.page, "a stop that is kept")
    for path, said in {"/": "充電中でした", "/history": "充電中でした", "/enter": "10文字"}.items():
        await mio.opens(path)
        await mio.sees(said)
        await inspector.looks_at(mio.page, f"offline {path}")
    await mio.opens(f"/o/{code}")
    await mio.page.get_by_role("alert").first.wait_for()
    await inspector.looks_at(mio.page, "offline outlet")
    await mio.phone.context.set_offline(False)
    await own_house.open()


async def test_axe_finds_nothing_on_the_demos_own_page(
    driver: NewDriver, street: Street, inspector: Inspector
) -> None:
    mio = await driver()
    await mio.opens("/demo")
    await mio.page.get_by_role("radio").first.wait_for()
    await inspector.looks_at(mio.page, "demo")
    await street.do(NUMBER, "cut_power")
    await street.do(NUMBER + 1, "cut_link")
    await street.do(NUMBER + 2, "plug_bike")
    await mio.page.reload()
    await mio.page.get_by_role("radio").first.wait_for()
    await inspector.looks_at(mio.page, "demo, things done")
