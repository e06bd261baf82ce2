"""A facility begins from a file: all of it or nothing, twice is once, promises stand."""

import pytest
import pytest_asyncio

from konsento.assembly.enrolment.people import Enrolled, enrol_people
from konsento.assembly.enrolment.plan import PlanRefused, read_plan
from konsento.assembly.schema import PEOPLE_STEPS
from konsento.foundation.clock import TestClock
from konsento.foundation.databases import PEOPLE
from konsento.foundation.ids import CountingIds
from konsento.management.charging.facility import outlets_of
from konsento.management.charging.outlet_code import read
from konsento.management.operators.account import account_of
from konsento.management.operators.facility import name_of
from konsento.management.operators.password import Cost, Passwords
from konsento.management.payments.view import Text
from konsento.management.retail.tariff import offers_at
from tests.assembly.enrolment.parts import PLAN, line_of, with_
from tests.conftest import OpenDatabase
from tests.management.charges import charging, settled
from tests.management.world import World
from tests.town import CAR, MINUTE_MS, Driver

TABLES = ("outlet", "retailer", "tariff", "offer", "operator_account", "operator_facility",
          "facility_contact")  # fmt: skip
PASSWORDS = Passwords(Cost(n=2**4, r=8, p=1))


class Office:
    """Where files are handed in."""

    def __init__(self, clock: TestClock, ids: CountingIds) -> None:
        self.clock, self.ids = clock, ids

    async def takes(self, text: str) -> Enrolled:
        plan = read_plan(text)
        return await enrol_people(plan, clock=self.clock, ids=self.ids, passwords=PASSWORDS)


@pytest_asyncio.fixture
async def office(open_database: OpenDatabase, clock: TestClock, ids: CountingIds) -> Office:
    await open_database(PEOPLE, PEOPLE_STEPS)
    return Office(clock, ids)


async def books() -> dict[str, list[dict[str, object]]]:
    return {name: await PEOPLE.ask(f"SELECT * FROM {name} ORDER BY 1") for name in TABLES}


async def test_a_facility_opens_with_its_desk_its_prices_and_its_outlets(office: Office) -> None:
    done = await office.takes(PLAN)
    outlets = await outlets_of("midori", at_most=10)
    assert [each.title_en for each in outlets] == ["Midori-cho, bay 1", "Midori-cho, bay 2"]
    assert [each.power_w_max for each in outlets] == [3_000, 1_500]
    assert {each.phone for each in outlets} == {"086-012-3456"}
    assert [read(done.labels[each.outlet]) for each in outlets] == [each.code for each in outlets]
    (offer,) = await offers_at("midori", office.clock.now_ms())
    assert (offer.unit_price_myen_per_kwh, offer.owner) == (42_000, True)
    assert await name_of("midori") == Text("みどり町駐車場", "Midori-cho car park")
    account = await account_of("hana")
    assert account is not None
    assert account.operator.facility == "midori"
    assert await PASSWORDS.fits(done.passwords["hana"], account.password_hash)


async def test_the_same_file_twice_changes_nothing(office: Office) -> None:
    first = await office.takes(PLAN)
    before = await books()
    await office.clock.advance(MINUTE_MS)
    again = await office.takes(PLAN)
    assert await books() == before
    assert {became for _, became in again.counts} == {"same"}
    assert (again.labels, again.passwords) == (first.labels, {})


@pytest.mark.parametrize(
    ("old", "new", "kind", "same"),
    [
        ("086-012-3456", "086-012-3457", "facility", 0),
        ("bay 1", "bay one", "outlet", 1),
        ("ampere = 15", "ampere = 20", "outlet", 1),
        ("はるかぜ電力", "はるかぜ新電力", "retailer", 0),
        ("38", "39", "tariff", 0),
        ("owner = true", "owner = false", "offer", 0),
    ],
)
async def test_a_changed_row_is_changed_and_its_code_is_kept(
    office: Office, old: str, new: str, kind: str, same: int
) -> None:
    first = await office.takes(PLAN)
    await office.clock.advance(MINUTE_MS)
    done = await office.takes(with_(old, new))
    assert (done.counts[kind, "changed"], done.counts[kind, "same"]) == (1, same)
    assert sum(n for (_, became), n in done.counts.items() if became != "same") == 1
    assert done.labels == first.labels


async def test_what_is_locked_stays_locked_and_what_is_not_in_the_file_is_left(
    office: Office,
) -> None:
    await office.takes(PLAN)
    async with PEOPLE.writing():
        await PEOPLE.ask("UPDATE outlet SET locked = {}", True)
    fewer = PLAN[: PLAN.rindex("[[outlet]]")]
    await office.takes(with_("bay 1", "bay one", fewer))
    outlets = await outlets_of("midori", at_most=10)
    assert [(each.title_en, each.locked) for each in outlets] == [
        ("Midori-cho, bay one", True), ("Midori-cho, bay 2", True),
    ]  # fmt: skip


async def test_what_belongs_to_another_facility_undoes_all_of_it(office: Office) -> None:
    await office.takes(PLAN)
    before = await books()
    other = with_("086-012-3456", "086-012-0000", with_('id = "midori"', 'id = "aoba"'))
    with pytest.raises(PlanRefused) as refused:
        await office.takes(other)
    first, second = line_of("[[outlet]]"), PLAN[: PLAN.rindex("[[outlet]]")].count("\n") + 1
    assert [(each.line, each.what) for each in refused.value.complaints] == [
        (line_of("[[operator]]"), "operator: hana keeps another facility"),
        (first, "outlet: MID-0001 belongs to facility midori"),
        (second, "outlet: MID-0002 belongs to facility midori"),
    ]
    assert await books() == before


async def test_a_charge_that_runs_keeps_the_price_it_was_promised(
    house: World, driver: Driver
) -> None:
    await house.do(CAR, "plug_car")
    session = await charging(house, driver, energy_wh=2_000)
    dearer = read_plan(with_("42_000", "84_000"))
    await enrol_people(dearer, clock=house.clock, ids=house.ids, passwords=PASSWORDS)
    offers = (await driver.looks_at(house.codes[CAR]))["offers"]
    price = "unit_price_myen_per_kwh"
    assert {each[price] for each in offers if each["retailer_id"] == "harukaze"} >= {84_000}
    view = await settled(house, driver, session, "energy_limit", after_ms=60 * MINUTE_MS)
    assert (view[price], view["payment"]["captured_yen"]) == (42_000, 84)
