"""A customer of the town: registered by their bill, shown their power, and gone again."""

from playwright.async_api import expect

from e2e.people.app import App
from e2e.people.cast import NewDriver
from e2e.people.customer import CONFIRM_LINK, Customer
from e2e.people.inspector import Inspector
from e2e.world.house import House
from e2e.world.street import Street
from e2e.world.town import Town

ADDRESS = "haruka@example.jp"
REFUSED = r"422 \(Unprocessable|429 \(Too Many"
NO_NETWORK = r"net::ERR_|Failed to load resource"


async def at_home(driver: NewDriver, house: House) -> Customer:
    someone = await driver(at=house)
    someone.phone.forgives(f"{REFUSED}|{NO_NETWORK}")
    return Customer(someone.page, house.url)


async def test_wrong_numbers_are_never_told_apart_and_three_of_them_are_enough(
    house: House, driver: NewDriver
) -> None:
    haruka = await at_home(driver, house)
    async with Town(house.url) as town:
        home = await town.home(1)
    await haruka.opens("/power/new")
    for _ in range(3):
        await haruka.types_bill(home, customer_number="33-999999-99")
        await haruka.presses("登録してお知らせを受ける")
        await haruka.sees("3つの組み合わせが確かめられません")
    await haruka.types_bill(home)
    await haruka.presses("登録してお知らせを受ける")
    await haruka.sees("もう一度お試しいただけます")
    await haruka.page.reload()
    number = haruka.page.get_by_role("textbox", name="お客様番号")
    await expect(number).to_have_value(home.customer_number)


async def test_an_address_is_confirmed_by_the_mailed_link_after_a_press_and_only_once(
    house: House, driver: NewDriver
) -> None:
    haruka = await at_home(driver, house)
    async with Town(house.url) as town, Street(house.url) as street:
        await haruka.registers(await town.home(2), email=ADDRESS)
        mail = await street.mail_to(ADDRESS)
    found = CONFIRM_LINK.search(mail.text)
    assert found is not None
    await haruka.looks_at_home()
    await haruka.opens_settings()
    await haruka.sees("確認のメールを送りました")
    await haruka.opens(found.group(1))
    await haruka.sees("受け取りますか")
    assert "#" not in haruka.page.url
    await haruka.page.reload()
    await haruka.presses("このアドレスで受け取る")
    await haruka.sees_state("お知らせは、メールでも届きます")
    await haruka.opens()
    await haruka.sees("停電したらお知らせします")
    await haruka.opens(found.group(1))
    await haruka.presses("このアドレスで受け取る")
    await haruka.sees_state("お知らせは、メールでも届きます")


async def test_a_registration_ends_by_a_second_press_and_the_phone_forgets_it(
    house: House, driver: NewDriver
) -> None:
    haruka = await at_home(driver, house)
    async with Town(house.url) as town:
        await haruka.registers(await town.home(3))
    await haruka.looks_at_home()
    await haruka.sees_state("電気は来ています")
    await haruka.opens("/")
    await haruka.sees("うちの電気は来ています")
    await haruka.opens()
    await haruka.opens_settings()
    await haruka.presses("このメーターの登録をやめる")
    await haruka.presses("もう一度押すと、登録をやめます")
    await haruka.sees("まだメーターの登録がありません")
    await haruka.opens("/")
    await expect(haruka.page.get_by_role("link", name="番号を入力")).to_be_visible()
    await expect(haruka.page.get_by_text("うちの電気は")).to_have_count(0)


async def test_without_a_network_the_last_state_is_told_as_the_past(
    own_house: House, driver: NewDriver
) -> None:
    haruka = await at_home(driver, own_house)
    someone = haruka.page
    async with Town(own_house.url) as town:
        await haruka.registers(await town.home(6))
    await haruka.looks_at_home()
    await haruka.sees_state("電気は来ています")
    await App(someone.context, someone, own_house.url).is_installed()
    await own_house.kill()
    await someone.context.set_offline(True)
    await haruka.opens()
    await haruka.sees_state("つながっていません")
    await haruka.sees("うちの電気は来ていました")
    await haruka.sees("古い")
    await expect(someone.get_by_role("link", name="お電話")).to_be_visible()
    await haruka.opens("/")
    await haruka.sees("うちの電気は来ていました")
    await own_house.open()
    await someone.context.set_offline(False)
    await haruka.opens()
    await haruka.sees_state("電気は来ています")


async def test_every_page_of_a_customer_can_be_used_by_everybody(
    house: House, driver: NewDriver, inspector: Inspector
) -> None:
    haruka = await at_home(driver, house)
    await haruka.opens()
    await haruka.sees("まだメーターの登録がありません")
    await inspector.looks_at(haruka.page, "nothing registered")
    await haruka.opens("/power/new")
    await haruka.presses("登録してお知らせを受ける")
    await haruka.sees("入れてください。")
    await inspector.looks_at(haruka.page, "registering")
    async with Town(house.url) as town:
        await haruka.registers(await town.home(4), email="mio@example.jp")
    await inspector.looks_at(haruka.page, "registered")
    await haruka.looks_at_home()
    await haruka.sees("電気が消えているなら")
    await haruka.page.locator("summary").first.click()
    await inspector.looks_at(haruka.page, "my power")
    await haruka.opens_settings()
    await inspector.looks_at(haruka.page, "settings")
    await haruka.opens("/mail/stop#nothing")
    await haruka.sees("止めますか")
    await inspector.looks_at(haruka.page, "stopping mails")
