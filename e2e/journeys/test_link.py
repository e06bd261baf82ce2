"""What lies between phone, house and meter: a link that comes back, slow air, and a wrong clock."""

import re

import pytest
from playwright.async_api import expect

from e2e.people.cast import NewDriver
from e2e.people.driver import CHARGE_MS, GOOD_CARD
from e2e.world.street import Street

ONE_YEN_OR_MORE = r"^[1-9]\d*円$"
SLOW_3G = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 400_000 / 8,
    "uploadThroughput": 400_000 / 8,
}
HOUR_MS = 3_600_000
# Every way a page has to ask what time it is, off by so many milliseconds.
WRONG_CLOCK = """(off_ms) => {
  const Right = Date;
  globalThis.Date = class extends Right {
    constructor(...said) {
      said.length === 0 ? super(Right.now() + off_ms) : super(...said);
    }
    static now() {
      return Right.now() + off_ms;
    }
  };
}"""


async def test_a_link_lost_while_charging_that_comes_back_is_told_and_the_bill_is_one(
    driver: NewDriver, street: Street
) -> None:
    before = await street.outlet(10)
    await street.do(10, "plug_car")
    nao = await driver()
    await nao.pays_for(before.code, kwh="1.2")
    await street.runs(10)
    await nao.watches_it_flow()
    await nao.watches_until("ここまで", least=ONE_YEN_OR_MORE)
    await street.do(10, "cut_link")
    await nao.sees_heading("メーターの返事を待っています", within_ms=CHARGE_MS)
    await nao.sees("自動で終わるまで")
    await street.do(10, "mend_link")
    await nao.sees_title("充電中")
    await nao.watches_it_flow()
    await nao.sees_not("メーターの返事を待っています")
    assert (await street.outlet(10)).switch == "closed"
    await street.runs_fast()
    await nao.sees_heading("充電が終わりました 52 円", within_ms=CHARGE_MS)
    await street.runs(1)
    await nao.sees("選んだ量まで充電しました。")
    receipt = await nao.reads_receipt()
    after = await street.until_switched(10, "open")
    assert (receipt.opening_wh, receipt.closing_wh) == (before.register_wh, after.register_wh)
    assert receipt.used_wh == receipt.measured_wh == 1_200
    assert receipt.total_yen == receipt.price_yen == 52
    await nao.opens("/history")
    await expect(nao.page.get_by_role("listitem")).to_have_count(1)
    await street.do(10, "unplug")


async def test_over_slow_3g_the_address_on_the_label_still_leads_to_power(
    driver: NewDriver, street: Street
) -> None:
    outlet = await street.outlet(11)
    nao = await driver()
    air = await nao.phone.context.new_cdp_session(nao.page)
    await air.send("Network.enable")
    await air.send("Network.emulateNetworkConditions", SLOW_3G)
    await nao.pays_for(outlet.code, kwh="2.0", card=GOOD_CARD)
    await nao.sees_heading("プラグを差してください")
    assert (await street.outlet(11)).switch == "closed"
    await nao.stops()
    await nao.sees_heading("終わりました。請求はありません")
    await street.until_switched(11, "open")


@pytest.mark.parametrize("off_h", [-3, 3])
async def test_a_phone_whose_clock_is_hours_wrong_shows_the_time_left_and_ages_as_they_are(
    driver: NewDriver, street: Street, off_h: int
) -> None:
    nao = await driver()
    await nao.phone.context.add_init_script(f"({WRONG_CLOCK})({off_h * HOUR_MS})")
    await nao.opens(f"/o/{(await street.outlet(1)).code}")
    await nao.chooses_minutes("60")
    await nao.goes_to_payment()
    await nao.pays_with_card()
    await nao.sees_heading("プラグを差してください")
    await expect(nao.figure("自動で止まるまで")).to_have_text(re.compile(r"^(?:3:00|2:\d\d)$"))
    await street.do(1, "plug_car")
    await nao.watches_it_flow()
    await expect(nao.figure("あと").first).to_have_text(re.compile(r"^(?:1 ?時間|5[89] ?分)$"))
    await expect(nao.page.get_by_role("banner")).to_have_text(re.compile(r"\b\d{1,2}秒前"))
    await nao.sees_not("古い")
    await nao.stops()
    await nao.sees_heading("終わりました。請求はありません")
    await street.until_switched(1, "open")
    await street.do(1, "unplug")
