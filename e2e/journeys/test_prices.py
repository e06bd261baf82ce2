"""A price that changes: whoever was promised another one pays that, and the next one sees it."""

from playwright.async_api import expect

from e2e.people.cast import NewDriver
from e2e.people.charge import bill_equals_registers, has_drawn_a_little
from e2e.people.driver import CHARGE_MS
from e2e.world.house import House
from e2e.world.prices import costs
from e2e.world.street import Street

NUMBER = 5
PROMISED_MYEN_PER_KWH = 44_000
DEARER_MYEN_PER_KWH = 61_000


async def test_a_price_raised_while_it_charges_is_not_this_drivers_but_the_next_ones(
    own_house: House, driver: NewDriver
) -> None:
    hina, next_one = await driver(at=own_house), await driver(at=own_house)
    async with Street(own_house.url) as street:
        opening_wh = await has_drawn_a_little(hina, street, NUMBER, kwh="1.2")
        await hina.sees("最大 52 円")
        now_ms = (await street.look()).now_ms
        costs(own_house.files, "geothermal", DEARER_MYEN_PER_KWH, now_ms=now_ms)

        await next_one.opens(f"/o/{(await street.outlet(NUMBER + 1)).code}")
        await next_one.chooses_power("地熱", take="地熱・はるかぜ電力にする")
        await next_one.chooses_kwh("1.2")
        await next_one.sees("61 円/kWh")
        await expect(next_one.figure("最大（税込）").first).to_have_text("73円")

        await hina.page.reload()
        await hina.sees("最大 52 円")
        await street.runs_fast()
        await hina.sees_heading("充電が終わりました 52 円", within_ms=CHARGE_MS)
        await street.runs(1)
        receipt = await bill_equals_registers(hina, street, NUMBER, opening_wh)
    assert receipt.unit_price_myen_per_kwh == PROMISED_MYEN_PER_KWH
    assert (receipt.used_wh, receipt.total_yen) == (1_200, 52)


async def test_a_price_raised_while_one_stands_on_the_payment_page_is_not_the_one_paid(
    own_house: House, driver: NewDriver
) -> None:
    hina = await driver(at=own_house)
    async with Street(own_house.url) as street:
        outlet = await street.outlet(NUMBER)
        await street.do(NUMBER, "plug_car")
        await hina.chooses_at(outlet.code, kwh="1.2")
        await hina.goes_to_payment()
        now_ms = (await street.look()).now_ms
        costs(own_house.files, "geothermal", DEARER_MYEN_PER_KWH, now_ms=now_ms)
        await hina.sees("¥52")
        await hina.pays_with_card()
        await street.runs_fast()
        await hina.sees_heading("充電が終わりました 52 円", within_ms=CHARGE_MS)
        await street.runs(1)
        receipt = await bill_equals_registers(hina, street, NUMBER, outlet.register_wh)
    assert receipt.unit_price_myen_per_kwh == PROMISED_MYEN_PER_KWH
