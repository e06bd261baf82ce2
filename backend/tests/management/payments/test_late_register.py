"""The meter is silent at the end and speaks hours later: nobody pays more, too much comes back."""

import httpx
import pytest

from konsento.assembly.town import FACILITY
from konsento.foundation.databases import GRID, PEOPLE
from konsento.management.charging.store import session_by_id
from konsento.management.charging.switch import order_of
from konsento.management.operators.late_bills import late_bills_at
from konsento.management.payments.store import correction_of
from konsento.mdms.contract import MdmsClient
from konsento.twin.tables import TWIN
from tests.management.charges import begun, charging
from tests.management.payments.late import (
    GIVEN_UP_MS,
    accounts,
    fallen_silent,
    nothing_is_owed,
    speaks,
    taken_and_given_back,
)
from tests.management.payments.test_add import being_added, paid
from tests.management.wires import Fate, Moment, Wire
from tests.management.world import API_KEY, Killed, World
from tests.town import CAR, HOUR_MS, MINUTE_MS, Driver


async def test_a_meter_that_speaks_hours_later_costs_the_driver_nothing_more(
    house: World, driver: Driver
) -> None:
    session = await fallen_silent(house, driver)
    await house.let_pass(GIVEN_UP_MS)
    billed = await driver.sees(session)
    receipt = await driver.receipt(session)
    assert billed["state"] == "settled"
    await house.let_pass(5 * HOUR_MS)
    await house.do(CAR, "mend_link")
    await house.let_pass(5 * MINUTE_MS)

    told = await GRID.ask("SELECT closing_register_wh, used_wh, state FROM mdms_request")
    true_wh = house.face(CAR).register_wh - billed["opening_register_wh"]
    assert (told[0]["state"], told[0]["used_wh"]) == ("closed", true_wh)
    assert true_wh > billed["used_wh"]
    correction = await correction_of(session["session_id"])
    assert correction is not None
    assert correction.unbilled_yen == true_wh * 42 // 1000 - billed["price_yen"] > 0
    assert (correction.number, correction.owed_back_yen) == (None, 0)
    sums = await accounts()
    assert (sums["driver"], sums["unbilled"]) == (0, correction.unbilled_yen)
    assert await taken_and_given_back() == (billed["price_yen"], 0)
    assert await driver.receipt(session) == receipt
    assert (await driver.sees(session))["price_yen"] == billed["price_yen"]
    assert (await driver.looks_at(house.codes[CAR]))["state"] == "free"
    await nothing_is_owed()
    (shown,) = await late_bills_at(FACILITY)
    assert (shown.session_id, shown.code) == (session["session_id"], house.codes[CAR])
    assert (shown.billed_wh, shown.used_wh) == (billed["used_wh"], true_wh)
    assert (shown.unbilled_yen, shown.owed_back_yen) == (correction.unbilled_yen, 0)
    assert await late_bills_at("elsewhere") == []


async def test_a_late_register_that_says_what_was_billed_corrects_nothing(
    house: World, driver: Driver
) -> None:
    session = await fallen_silent(house, driver)
    await house.let_pass(GIVEN_UP_MS)
    await speaks(house, session, used_wh=(await driver.receipt(session))["used_wh"])
    await house.let_pass(MINUTE_MS)
    assert await correction_of(session["session_id"]) is None


async def test_a_bill_above_the_late_register_is_corrected_and_the_rest_given_back(
    house: World, driver: Driver
) -> None:
    session = await fallen_silent(house, driver)
    async with PEOPLE.writing():
        await PEOPLE.ask(
            "INSERT INTO guest (session_id, email, language, created_at_ms) "
            "VALUES ({}, 'haruka@example.jp', 'en', 0)",
            session["session_id"],
        )
    await house.let_pass(GIVEN_UP_MS)
    first = await driver.receipt(session)
    await speaks(house, session, used_wh=1_300)
    await speaks(house, session, used_wh=1_200)  # the first stands
    await house.let_pass(MINUTE_MS)

    back_yen = first["paid_yen"] - 54
    shown = await driver.sees(session)
    assert (shown["used_wh"], shown["price_yen"], shown["due_yen"]) == (1_300, 54, 54)
    assert shown["payment"]["captured_yen"] == 54
    assert shown["closing_register_wh"] - shown["opening_register_wh"] == 1_300
    assert await taken_and_given_back() == (first["paid_yen"], back_yen)
    receipt = await driver.receipt(session)
    assert (receipt["corrects"], receipt["number"]) == (first["number"], first["number"] + "-2")
    assert (receipt["used_wh"], receipt["billed_wh"]) == (1_300, 1_300)
    assert receipt["closing_register_wh"] - receipt["opening_register_wh"] == 1_300
    assert (receipt["price_yen"], receipt["tax_yen"], receipt["waived_yen"]) == (54, 4, 0)
    assert (receipt["paid_yen"], receipt["refunded_yen"], receipt["unpaid_yen"]) == (
        54, back_yen, 0,
    )  # fmt: skip
    sums = await accounts()
    assert (sums["driver"], sums["provider"], sums["tax"]) == (0, 54, -4)
    assert sums["sales:harukaze"] == -50
    await nothing_is_owed()
    mail = house.mails.mails[0]
    assert "corrected" in mail.subject
    assert f"¥{back_yen} went back to your card" in mail.text
    assert f"{receipt['number']} (in place of {first['number']})" in mail.text


async def test_what_is_left_too_little_for_a_card_comes_back_whole(
    house: World, driver: Driver
) -> None:
    session = await fallen_silent(house, driver)
    await house.let_pass(GIVEN_UP_MS)
    await speaks(house, session, used_wh=1_000)
    await house.let_pass(MINUTE_MS)
    taken_yen, back_yen = await taken_and_given_back()
    assert taken_yen == back_yen > 0
    sums = await accounts()
    assert (sums["driver"], sums["provider"], sums["tax"], sums["goodwill"]) == (0, 0, 0, 42)
    assert sums["sales:harukaze"] == -42
    receipt = await driver.receipt(session)
    assert (receipt["price_yen"], receipt["waived_yen"], receipt["paid_yen"]) == (42, 42, 0)


async def test_a_hold_not_yet_captured_is_captured_lower_and_nothing_goes_back(
    house: World, driver: Driver
) -> None:
    session = await fallen_silent(house, driver)
    house.to_provider.cut = True
    await house.let_pass(GIVEN_UP_MS)
    assert (await driver.sees(session))["state"] == "settling"
    await speaks(house, session, used_wh=1_300)
    await house.let_pass(5 * MINUTE_MS)
    house.to_provider.cut = False
    await house.let_pass(30 * MINUTE_MS)
    assert (await driver.sees(session))["state"] == "settled"
    assert await taken_and_given_back() == (54, 0)
    receipt = await driver.receipt(session)
    assert (receipt["paid_yen"], receipt["refunded_yen"], receipt["unpaid_yen"]) == (54, 0, 0)
    sums = await accounts()
    assert (sums["driver"], sums["provider"], sums["uncollected"]) == (0, 54, 0)
    await nothing_is_owed()


async def test_a_correction_between_the_capture_and_its_answer_gives_the_rest_back(
    house: World, driver: Driver
) -> None:
    session = await fallen_silent(house, driver)
    while (await driver.sees(session))["state"] != "settling":
        await house.let_pass(MINUTE_MS)
    left_ms = (await driver.sees(session))["deadline_ms"] - house.clock.now_ms()
    await house.let_pass(left_ms - 200)
    house.to_provider.answers_lost.append("/capture")
    while not (await taken_and_given_back())[0]:
        await house.let_pass(100)
    assert (await driver.sees(session))["state"] == "settling"
    await speaks(house, session, used_wh=1_300)
    await house.let_pass(30 * MINUTE_MS)
    taken_yen, back_yen = await taken_and_given_back()
    assert taken_yen - back_yen == 54
    assert (await accounts())["driver"] == 0
    await nothing_is_owed()


async def test_a_bill_that_was_never_collected_is_lowered_and_nothing_goes_back(
    house: World, driver: Driver
) -> None:
    session = await fallen_silent(house, driver)
    async with TWIN.writing():
        now_s = house.clock.now_ms() // 1000
        await TWIN.ask("UPDATE twin_object SET due_s = {} WHERE kind = 'Payment'", now_s + 60)
    await house.let_pass(GIVEN_UP_MS)
    first = await driver.receipt(session)
    assert (first["paid_yen"], first["unpaid_yen"]) == (0, first["price_yen"])
    await speaks(house, session, used_wh=1_300)
    await house.let_pass(MINUTE_MS)
    receipt = await driver.receipt(session)
    assert (receipt["paid_yen"], receipt["unpaid_yen"], receipt["refunded_yen"]) == (0, 54, 0)
    sums = await accounts()
    assert (sums["driver"], sums["provider"], sums["uncollected"]) == (0, 0, 54)


async def test_a_waived_bill_stays_waived_whatever_is_told_later(
    house: World, driver: Driver
) -> None:
    session = await fallen_silent(house, driver, after_ms=20 * MINUTE_MS)
    await house.let_pass(GIVEN_UP_MS)
    assert (await driver.sees(session))["payment"]["state"] == "waived"
    waived_yen = (await driver.receipt(session))["waived_yen"]
    await house.do(CAR, "mend_link")
    await house.let_pass(5 * MINUTE_MS)
    sums = await accounts()
    true_wh = house.face(CAR).register_wh - session["opening_register_wh"]
    assert sums["goodwill"] == waived_yen
    assert sums["unbilled"] == true_wh * 42 // 1000 - waived_yen > 0
    assert await taken_and_given_back() == (0, 0)


async def test_power_that_flowed_while_we_were_away_is_told_as_unbilled(
    house: World, driver: Driver
) -> None:
    await house.do(CAR, "plug_car")
    session = await begun(house, driver, energy_wh=2_000)
    house.to_mdms.cut = True
    await driver.pays(session)
    # The order arrives; its answer, and everything after it, is lost.
    order = order_of(await session_by_id(session["session_id"]))
    number = (await PEOPLE.ask("SELECT request_number FROM session"))[0]["request_number"]
    async with httpx.AsyncClient(transport=Wire(house.mdms, Fate()), base_url="http://m") as http:
        await MdmsClient(http, API_KEY).order(number, order)
    await house.let_pass(2 * HOUR_MS)
    view = await driver.sees(session)
    assert (view["state"], view["price_yen"]) == ("settled", 0)
    house.to_mdms.cut = False
    await house.let_pass(5 * MINUTE_MS)
    correction = await correction_of(session["session_id"])
    assert correction is not None
    assert (correction.used_wh, correction.unbilled_yen) == (2_000, 84)
    assert await taken_and_given_back() == (0, 0)
    assert (await accounts())["unbilled"] == 84


async def test_a_correction_comes_to_what_its_several_holds_can_give(
    house: World, driver: Driver
) -> None:
    await house.do(CAR, "plug_car")
    session = await charging(house, driver, energy_wh=2_000)
    await paid(house, driver, await being_added(house, driver, session))
    await house.let_pass(58 * MINUTE_MS)
    await house.do(CAR, "cut_link")
    await house.let_pass(GIVEN_UP_MS)
    paid_yen = (await driver.receipt(session))["paid_yen"]
    await speaks(house, session, used_wh=2_150)  # ¥90: more than one hold, and less than two
    await house.let_pass(5 * MINUTE_MS)
    receipt = await driver.receipt(session)
    assert (receipt["price_yen"], receipt["waived_yen"], receipt["paid_yen"]) == (90, 6, 84)
    assert await taken_and_given_back() == (paid_yen, paid_yen - 84)
    await nothing_is_owed()


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("crossing", [1, 2, 3])
async def test_killed_at_any_crossing_of_the_refund_it_is_given_back_once(
    house: World, driver: Driver, moment: Moment, crossing: int
) -> None:
    session = await fallen_silent(house, driver)
    await house.let_pass(GIVEN_UP_MS)
    paid_yen = (await driver.receipt(session))["paid_yen"]
    await speaks(house, session, used_wh=1_300)
    house.fate.crossings.clear()
    house.fate.kill_at = (crossing, moment)
    until_ms = house.clock.now_ms() + 10 * MINUTE_MS
    while house.clock.now_ms() < until_ms:
        try:
            await house.let_pass(until_ms - house.clock.now_ms())
        except Killed:
            continue
    assert await taken_and_given_back() == (paid_yen, paid_yen - 54)
    assert (await accounts())["provider"] == 54
    await nothing_is_owed()


async def test_a_refund_whose_answer_is_lost_is_given_back_once(
    house: World, driver: Driver
) -> None:
    session = await fallen_silent(house, driver)
    await house.let_pass(GIVEN_UP_MS)
    paid_yen = (await driver.receipt(session))["paid_yen"]
    house.to_provider.answers_lost.append("/refunds")
    await speaks(house, session, used_wh=1_300)
    await house.let_pass(5 * MINUTE_MS)
    assert house.to_provider.answers_lost == []
    assert await taken_and_given_back() == (paid_yen, paid_yen - 54)
