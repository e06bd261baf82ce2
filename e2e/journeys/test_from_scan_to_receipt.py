"""The whole way once: from the label before the camera to the receipt."""

from playwright.async_api import expect

from e2e.people.cast import FILMED, NewDriver
from e2e.people.driver import STATE_MS, Driver
from e2e.world.street import Outlet, Street

SOLAR_MYEN_PER_KWH = 42_000


async def test_a_driver_scans_the_label_pays_charges_and_reads_a_receipt_that_adds_up(
    driver: NewDriver, street: Street
) -> None:
    before = await street.outlet(FILMED)
    await street.do(FILMED, "plug_car")
    mika = await driver(camera=True, still=False)

    await mika.opens()
    await mika.taps_scan()
    await mika.page.wait_for_url(f"**/o/{before.code}")
    await mika.sees_title("岡山駅西口駐車場 12番")
    await mika.sees("空き")

    await mika.chooses_power("太陽光", take="太陽光・はるかぜ電力にする")
    await mika.chooses_kwh("1.2")
    await mika.sees("42 円/kWh・38 gCO₂/kWh")
    await expect(mika.figure("最大（税込）").first).to_have_text("50円")
    await mika.goes_to_payment(email="mika@example.jp")
    await mika.sees("サンドボックス：実際の請求は発生しません")
    await mika.sees("¥50")
    await mika.pays_with_card()

    await street.runs(10)
    await mika.watches_it_flow()
    await mika.sees_title("充電中")
    await mika.has_meter("042871")
    await street.runs_fast()
    await mika.watches_until("ここまで", least=r"^[1-9]\d?円$")
    await mika.sees_heading("充電が終わりました 50 円", within_ms=STATE_MS * 2)
    await mika.sees("選んだ量まで充電しました。")
    await mika.sees("はかった 1.20 kWh の分、50 円だけを請求しました。")

    await receipt_adds_up(mika, opening_wh=before.register_wh, outlet=await street.outlet(FILMED))
    mail = await street.mail_to("mika@example.jp")
    assert mail.subject == "充電が終わりました　50 円"
    assert f"{mika.house_url}/s/" in mail.text


async def receipt_adds_up(mika: Driver, *, opening_wh: int, outlet: Outlet) -> None:
    """The paper agrees with the meter on the wall, with the price chosen, and with itself."""
    receipt = await mika.reads_receipt()
    assert (receipt.opening_wh, receipt.closing_wh) == (opening_wh, outlet.register_wh)
    assert receipt.used_wh == receipt.measured_wh == 1_200
    assert receipt.unit_price_myen_per_kwh == SOLAR_MYEN_PER_KWH
    assert receipt.total_yen == receipt.price_yen == 50
    assert "VISA 4242 で支払い済み" in receipt.text
    assert "発行 はるかぜ電力" in receipt.text
    assert "登録番号 T1234567890123" in receipt.text
