"""What customers are told, all the way: a wire is cut in the town, a mail comes out of a real mail
server, a push out of a push service, and a phone shows it.

Three stories in one house, one after the other.
"""

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from e2e.people.app import App
from e2e.people.cast import NewDriver
from e2e.people.customer import Customer
from e2e.people.mail_program import (
    is_a_whole_mail,
    is_one_thread,
    is_stopped_by_one_click,
    leads_to_a_page_alone,
)
from e2e.people.speech import Language
from e2e.world.house import HOUR_MS, MINUTE_MS
from e2e.world.mail_server import plain_text
from e2e.world.neighbourhood import Neighbourhood, neighbourhood
from e2e.world.town import Home
from tests.push.pushbox import Taken

TOLD_WITHIN_S = 90
# Four notices an hour and no more: what comes after them is gathered.
A_LITTLE_MORE_MS = MINUTE_MS
# Of a page that asks while time runs a hundred times as fast.
FORGIVEN = r"429 \(Too Many"
CONFIRM = "/mail/confirm#"
HARUKA, REN = "haruka@example.jp", "ren@example.jp"
EMMA, SORA = "emma@example.com", "sora@example.com"
AREA = "お客様のお住まい地域が停電しています。"
BACK = "電気が戻りました。"
WRONG = "先ほどのお知らせは誤りでした。電気は来ています。"


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def opened(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Neighbourhood]:
    async with neighbourhood(tmp_path_factory.mktemp("told")) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def around(opened: Neighbourhood) -> Neighbourhood:
    """Whatever a story before this one has left cut is mended."""
    await opened.stands()
    await opened.town.is_whole()
    return opened


async def customer(driver: NewDriver, around: Neighbourhood, language: Language = "ja") -> Customer:
    someone = await driver(language, at=around.house)
    someone.phone.forgives(FORGIVEN)
    return Customer(someone.page, around.house.url, language)


async def has_mailbox(who: Customer, around: Neighbourhood, home: Home, address: str) -> None:
    """Registered, and mails may go to the address."""
    await who.has_registered(home, email=address)
    await who.has_confirmed(await around.post.mail(address, CONFIRM))


async def test_a_feeder_is_cut_and_comes_back_without_one_transformer(
    around: Neighbourhood, driver: NewDriver
) -> None:
    post, box, town = around.post, around.box, around.town
    haruka, emma, ren = [await customer(driver, around, of) for of in ("ja", "en", "ja")]
    app = App(haruka.page.context, haruka.page, around.house.url)
    home, far_home = await town.home(0), await town.home(5)
    await everybody_registers(haruka, emma, ren, app, around)

    await haruka.opens()
    await haruka.sees_state(haruka.says.power_on)
    await town.cut("transformer", far_home.transformer)
    await town.cut("feeder", home.feeder)
    await around.runs_fast()
    first = await post.mail(HARUKA, AREA)
    stopped = await post.mail(REN, AREA)
    await post.mail(EMMA, "The power is out in your area.")
    await around.stands()
    told_ms = await around.now_ms()
    is_a_whole_mail(first)
    await emma.opens()
    await emma.sees_state("The power is out in your area.")
    await is_told_on_the_locked_screen(haruka, app, around, home.smid)
    await leads_to_a_page_alone(stopped, around.house.url)
    await gives_an_estimate_that_passes(haruka, around)
    await post.mail(REN, "復旧予定が変わりました")
    await is_stopped_by_one_click(stopped, around.house.url)
    await post.mail(HARUKA, "まだ復旧していません")
    await haruka.opens()
    await haruka.sees("予定の時刻を過ぎましたが、まだ復旧していません。")

    await around.passes(told_ms + HOUR_MS + A_LITTLE_MORE_MS)
    await is_back_but_for_one_transformer(haruka, emma, around)
    assert BACK not in post.said(REN)
    is_one_thread(post.mails(HARUKA)[1:])
    is_one_on_the_screen(box.taken, len(post.mails(HARUKA)[1:]))


async def is_back_but_for_one_transformer(
    haruka: Customer, emma: Customer, around: Neighbourhood
) -> None:
    """Haruka's meter speaks again; Emma is told so only when her own does."""
    post, town = around.post, around.town
    home, far_home = await town.home(0), await town.home(5)
    await town.mend("feeder", home.feeder)
    await post.mail(HARUKA, BACK, within_s=TOLD_WITHIN_S)
    await haruka.sees_state("電気が戻りました")
    assert "Your power is back." not in post.said(EMMA)
    await town.mend("transformer", far_home.transformer)
    await post.mail(EMMA, "Your power is back.", within_s=TOLD_WITHIN_S)
    await around.stands()
    await emma.opens()
    await emma.sees_state("Your power is back")


async def everybody_registers(
    haruka: Customer, emma: Customer, ren: Customer, app: App, around: Neighbourhood
) -> None:
    """Haruka is told by push and mail, Emma by mail in English; Ren's registering is not shown."""
    await app.may_notify(around.box.browser())
    await haruka.opens()
    await app.is_installed()
    await haruka.registers(await around.town.home(0), email=HARUKA)
    await haruka.allows_notices()
    await haruka.confirms(await around.post.mail(HARUKA, CONFIRM))
    await emma.registers(await around.town.home(5), email=EMMA)
    await emma.confirms(await around.post.mail(EMMA, CONFIRM))
    await ren.opens()
    await has_mailbox(ren, around, await around.town.home(1), REN)


async def is_told_on_the_locked_screen(
    haruka: Customer, app: App, around: Neighbourhood, smid: str
) -> None:
    """Exactly one notification, that names nobody's place; a tap opens what is true now."""
    pushed = json.dumps(around.box.taken[0].payload, ensure_ascii=False)
    assert around.box.kinds() == ["power_area"]
    await app.receives(pushed)  # a page that is open looks at once, and says so aloud
    await haruka.sees_state(AREA)
    await expect(haruka.page.get_by_role("alert")).to_have_text(AREA)
    await haruka.opens("/history")
    for _ in range(2):  # a push service may hand it over twice
        await app.receives(pushed)
    (note,) = await app.shows(1)
    assert note["title"] == "停電情報のお知らせ"
    assert AREA in note["body"]
    assert smid not in json.dumps(note)
    await haruka.opens(await app.taps_the_notification())
    assert haruka.page.url.endswith("/power")
    await haruka.sees_state(AREA)
    await haruka.sees("冷蔵庫は開けない")


async def gives_an_estimate_that_passes(haruka: Customer, around: Neighbourhood) -> None:
    """The office says why, and until when; then it takes longer."""
    now_ms = await around.now_ms()
    await around.neighbour.office_says(
        now_ms, await haruka.outage(), cause="tree",
        expected={"is": "at", "at_ms": now_ms + 20 * MINUTE_MS}, response_status="repairing",
    )  # fmt: skip
    mail = await around.post.mail(HARUKA, "復旧予定が変わりました")
    assert "停電理由：樹木が電線に触れたため" in plain_text(mail)
    await haruka.opens()
    await haruka.sees("復旧作業中")
    await haruka.sees("樹木が電線に触れたため")
    await around.runs_fast()


def is_one_on_the_screen(taken: list[Taken], count: int) -> None:
    """As many as mails; each takes the place of the last, on the way and on the phone."""
    assert len(taken) == count
    assert {each.kind for each in taken} >= {"power_area", "power_overdue", "power_restored"}
    assert len({each.headers["topic"] for each in taken}) == 1
    assert len({each.payload["notification"]["tag"] for each in taken}) == 1


async def test_homes_alone_in_the_dark_are_told_no_more_than_the_evidence(
    around: Neighbourhood, driver: NewDriver
) -> None:
    post, town = around.post, around.town
    mio = await customer(driver, around)
    homes = await town.homes()
    radios, line = homes[3], homes[9]
    tripped, torn = (each for each in homes if each.feeder != radios.feeder)
    deaf = next(each for each in homes if each.concentrator == "C-0002")
    await mio.opens()
    await has_mailbox(mio, around, tripped, "tripped@example.jp")
    await finds_their_breaker_open(mio, around, tripped)
    for name, home in {"radios": radios, "line": line, "torn": torn, "deaf": deaf}.items():
        await has_mailbox(mio, around, home, f"{name}@example.jp")

    beside = [each.smid for each in homes if each.transformer == radios.transformer]
    await around.is_read()
    for smid in beside:
        await town.cut("radio", smid)
    for home in (line, torn):
        await town.cut("drop", home.smid)
    await around.neighbour.meter_gasps(torn.smid, await around.now_ms())
    await town.cut("concentrator", deaf.concentrator)
    await around.runs_fast()
    likely = await post.mail("torn@example.jp", "屋内が停電しています", within_s=TOLD_WITHIN_S)
    assert "確からしさ：可能性が高い" in plain_text(likely)
    await post.mail("radios@example.jp", AREA, within_s=TOLD_WITHIN_S)
    await sees_each_in_its_own_words(mio)

    for smid in beside:
        await town.mend("radio", smid)
    await town.mend("drop", torn.smid)
    await post.mail("radios@example.jp", WRONG, within_s=TOLD_WITHIN_S)
    await post.mail("torn@example.jp", BACK, within_s=TOLD_WITHIN_S)
    await around.stands()
    # Nobody is told unasked of what is not known.
    assert [len(post.mails(f"{name}@example.jp")) for name in ("line", "deaf")] == [1, 1]


async def sees_each_in_its_own_words(mio: Customer) -> None:
    """The most urgent on top; below it the others, a line each."""
    await mio.opens()
    await mio.sees_state(AREA)
    await mio.sees("屋内が停電しています（可能性が高い）")
    await mio.sees("うちの電気は、いまわかりません")
    await mio.page.locator("summary").filter(has_text="屋内か地域か").click()
    await mio.sees("お客様のメーターの返事がありません。")
    await expect(mio.page.get_by_role("link", name="お電話")).to_be_visible()


async def finds_their_breaker_open(mio: Customer, around: Neighbourhood, home: Home) -> None:
    """The meter before the breaker speaks as ever: only who says that it is dark finds out."""
    await around.town.cut("service_breaker", home.smid)
    await mio.opens()
    await mio.sees_state(mio.says.power_on)
    await mio.page.get_by_text("電気が消えているなら").click()
    await mio.says_still_out()
    await around.runs_fast()
    mail = await around.post.mail("tripped@example.jp", "お客様の屋内が停電しています。")
    assert "停電理由：宅内ブレーカが落ちています" in plain_text(mail)
    await mio.opens()
    await mio.sees_state("お客様の屋内が停電しています。")
    await mio.sees("確からしさ：確定")
    await around.stands()
    await around.town.mend("service_breaker", home.smid)


async def test_planned_works_are_announced_moved_and_cancelled_in_one_thread(
    around: Neighbourhood, driver: NewDriver
) -> None:
    sora = await customer(driver, around, "en")
    home = (await around.town.homes())[-2]
    await sora.opens()
    await has_mailbox(sora, around, home, SORA)
    await around.runs_fast()
    starts_ms = await around.now_ms() + 48 * HOUR_MS

    async def says(starts_ms: int, outage: str = "") -> None:
        await around.neighbour.office_says(
            await around.now_ms(), outage, kind="planned", places=[home.transformer],
            cause="works", started_at_ms=starts_ms, planned_until_ms=starts_ms + HOUR_MS,
        )  # fmt: skip

    await says(starts_ms)
    first = await around.post.mail(SORA, "Planned work: ")
    await sora.opens()
    await sora.sees("Planned work 2")
    await says(starts_ms + 2 * HOUR_MS, await sora.works())
    await around.post.mail(SORA, "The planned work has moved")
    now_ms = await around.now_ms()
    await around.neighbour.office_says(now_ms, await sora.works(), retracted=True)
    await around.post.mail(SORA, "The planned work is cancelled.")
    await around.stands()
    is_a_whole_mail(first)
    is_one_thread(around.post.mails(SORA)[1:])
