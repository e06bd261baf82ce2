"""A driver who hears the page: each change is said once, figures that tick are not."""

from e2e.people.cast import NewDriver
from e2e.people.driver import STATE_MS
from e2e.people.ear import Ear
from e2e.world.street import Street

NUMBER = 7


async def test_a_charge_is_told_to_who_cannot_see_it(driver: NewDriver, street: Street) -> None:
    outlet = await street.outlet(NUMBER)
    await street.do(NUMBER, "plug_car")
    rin = await driver()
    ear = Ear(rin.page)
    await ear.begins()

    await rin.opens("/enter")
    await rin.types_code(outlet.code)
    assert (await ear.heard())[-1] == "番号は合っています。"
    await rin.checks_code()
    await rin.sees("空き")
    assert await ear.is_at() == f"H1 岡山駅西口駐車場 {NUMBER}番"
    await rin.page.get_by_role("button", name="増やす", exact=True).click()
    assert (await ear.heard())[-1].startswith("4.1 kWh 最大（税込） ")

    await rin.opens_payment()
    await rin.page.get_by_role("dialog").get_by_role("button", name=rin.says.hold).click()
    await rin.pays_with_card()
    await street.runs(10)
    await rin.watches_it_flow()
    await street.runs(30)
    await rin.watches_until("ここまで", least=r"^[1-9]\d*円$")
    await street.runs(10)
    flowing = [said for said in await ear.heard() if said.startswith("充電中")]
    assert len(flowing) == 1

    await rin.stops()
    await rin.page.get_by_role("link", name=rin.says.receipt).wait_for(timeout=STATE_MS)
    heard = await ear.heard()
    assert len([said for said in heard if "終わりました" in said]) == 1
    assert heard.count("止めています") <= 1
    assert (await ear.is_at()).startswith("H1 ")
