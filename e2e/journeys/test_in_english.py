"""The same way in English, chosen by the phone's language, and by minutes instead of kWh."""

from e2e.people.cast import NewDriver
from e2e.people.driver import CHARGE_MS
from e2e.world.street import Street


async def test_an_english_driver_charges_for_twenty_five_minutes(
    driver: NewDriver, street: Street
) -> None:
    before = await street.outlet(7)
    await street.do(7, "plug_car")
    emma = await driver("en")
    await emma.opens(f"/o/{before.code}")
    await emma.sees_title("Okayama Station West car park, no. 7")
    await emma.sees("200 V · up to 3.0 kW")
    await emma.chooses_power("Geothermal", take="Use geothermal, Harukaze Power")
    await emma.chooses_minutes("25")
    await emma.sees("¥55")
    await emma.goes_to_payment()
    await emma.sees("This amount is reserved on your card. You are charged only for what you use.")
    await emma.pays_with_card()

    await street.runs(10)
    await emma.watches_it_flow()
    await emma.sees_title("Charging")
    await street.runs_fast()
    await emma.sees_heading("Charging finished", within_ms=CHARGE_MS)
    await emma.sees("It charged for the time you chose.")
    receipt = await emma.reads_receipt()
    after = await street.outlet(7)
    assert (receipt.opening_wh, receipt.closing_wh) == (before.register_wh, after.register_wh)
    assert receipt.unit_price_myen_per_kwh == 44_000
    assert receipt.total_yen == receipt.price_yen
    assert "Issued by Harukaze Power" in receipt.text


async def test_the_language_is_changed_by_one_button_and_stays_changed(driver: NewDriver) -> None:
    emma = await driver("ja")
    await emma.opens()
    await emma.presses("English")
    await emma.page.get_by_role("link", name="Type code").click()
    await emma.sees_title("Type the code")
    await emma.opens("/history")
    await emma.sees("Finished charges and their receipts will stand here.")
