"""Finding an outlet: by number, by camera, and what is said when it cannot be used."""

import re
from pathlib import Path

from playwright.async_api import expect

from e2e.people.cast import NewDriver, WithFilm
from e2e.people.driver import PROVIDER_ADDRESS
from e2e.world import film
from e2e.world.film import foreign_label
from e2e.world.street import Street


def with_another_symbol(code: str, place: int) -> str:
    """The code with the symbol at `place` (from 1) mistyped."""
    slip = "7" if code[place - 1] != "7" else "8"
    return code[: place - 1] + slip + code[place:]


async def test_a_mistyped_number_is_told_at_once_with_the_likely_place_and_then_mended(
    driver: NewDriver, street: Street
) -> None:
    code = (await street.outlet(7)).code
    sora = await driver()
    await sora.opens()
    await sora.wants_to_type()
    await sora.types_code(with_another_symbol(code, 6))
    await sora.sees("番号が違うようです。6文字目をもう一度ごらんください。")
    await sora.checks_code()
    await expect(sora.page).to_have_url(re.compile(r"/enter$"))
    await sora.types_code(code.lower())
    await sora.sees("番号は合っています。")
    await sora.checks_code()
    await sora.sees_title("岡山駅西口駐車場 7番")


async def test_an_outlet_in_use_is_said_to_be_so_to_a_second_phone_and_the_first_may_go_back_to_it(
    driver: NewDriver, street: Street
) -> None:
    outlet = await street.outlet(11)
    first, second = await driver(), await driver()
    await second.opens(f"/o/{outlet.code}")
    await second.chooses_kwh("2.0")

    await first.pays_for(outlet.code, kwh="2.0")
    await first.sees_heading("プラグを差してください")

    # Their page still calls it free: the start is refused, in words, and costs nothing.
    second.phone.forgives(r"status of 409")
    await second.presses(second.says.to_payment)
    await second.page.get_by_role("button", name=second.says.hold).click()
    await second.sees_heading("ひと足違いで使用中になりました")
    await second.sees("請求はありません。")
    await second.page.get_by_role("dialog").get_by_role("button", name="戻る").click()
    await second.sees_heading("使用中です")
    await second.sees("ほかの方が充電しています。終わると空きます。")
    assert not PROVIDER_ADDRESS.search(second.page.url)

    await first.opens(f"/o/{outlet.code}")
    await first.sees_heading("あなたが充電しています")
    await first.page.get_by_role("link", name="充電の画面を開く").click()
    await first.stops()
    await first.sees_heading("終わりました。請求はありません")
    # Without a reload, as the page promises; and the choice is still there.
    await second.sees_button(second.says.to_payment)
    await expect(second.page.get_by_role("textbox", name="充電する量（kWh）")).to_have_value("2.0")


async def test_a_dark_outlet_says_that_it_is_dark_and_that_it_is_nobodys_doing(
    driver: NewDriver, street: Street
) -> None:
    await street.do(6, "cut_power")
    await street.runs_fast()
    outlet = await street.until_said(6, "no_power")
    sora = await driver()
    await sora.opens(f"/o/{outlet.code}")
    await sora.sees_heading("ここは停電しています")
    await sora.sees("あなたの操作やお車のせいではありません。")
    await expect(sora.page.get_by_role("link", name="ほかのコンセントを読み取る")).to_be_visible()
    await street.do(6, "restore_power")
    await sora.sees_button(sora.says.to_payment)


async def test_a_foreign_qr_code_is_named_as_foreign_and_not_opened(
    driver: NewDriver, with_film: WithFilm, tmp_path: Path
) -> None:
    label = foreign_label("https://example.com/o/0000000000")
    browser = await with_film(film.write_film(tmp_path / "foreign.mjpeg", label))
    sora = await driver(of=browser, camera=True)
    await sora.opens()
    await sora.taps_scan()
    await sora.sees("このサービスのQRではありません")
    await sora.sees("開いていません。")
    await expect(sora.page).to_have_url(re.compile(r"/scan$"))


async def test_a_camera_that_is_refused_leads_to_help_and_to_the_number(driver: NewDriver) -> None:
    sora = await driver()
    await sora.opens()
    await sora.taps_scan()
    await sora.sees_heading("カメラを使えません")
    await sora.sees("ブラウザーの設定で、このサイトにカメラを許してください。")
    await sora.wants_to_type()
    await sora.sees_title("番号を入力")
