"""An outlet's page tells a newcomer what is offered there before any script runs."""

import asyncio

import httpx
import msgspec
import pytest

from konsento.assembly.offered import Offered, kilowatts, newcomers_outlet, price
from konsento.assembly.pages import own_policy
from konsento.assembly.servers import GUESSES
from konsento.foundation.edge.rates import Rate
from konsento.management.accounts.visitor import COOKIE
from konsento.management.charging.outlet_code import complete
from konsento.management.retail.api import OfferView, OutletView, Words
from konsento.management.retail.power_type import PowerType
from konsento.management.retail.pricing import bounds_at
from konsento.mdms.contract import MdmsClient
from tests.assembly.conftest import SLOTS
from tests.management.world import World
from tests.town import CAR

ENGLISH = {"Accept-Language": "en"}

SOLAR = OfferView(
    retailer_id="harukaze",
    retailer=Words("はるかぜ電力", "Harukaze & Sons"),
    owner=True,
    power_type=PowerType.SOLAR,
    renewable=True,
    unit_price_myen_per_kwh=42_500,
    carbon_g_per_kwh=38,
    limits=bounds_at(42_500, 3_000),
)
OUTLET = OutletView(
    code="K7PX3M8QAB",
    label="K7PX3-M8QAB",
    place=Words("駐車場 12番", "Bay 12"),
    hint=Words("柱の右", "right of <the> pillar"),
    voltage_v=200,
    power_w_max=3_000,
    state="free",
    free_in_s=None,
    session_id=None,
    offers=[
        msgspec.structs.replace(SOLAR, owner=False, power_type=PowerType.OTHER),
        SOLAR,
        msgspec.structs.replace(SOLAR, power_type=PowerType.OTHER),
    ],
    now_ms=0,
)


def test_the_page_tells_the_place_and_the_first_offer_of_the_outlets_own_retailer() -> None:
    told = Offered(SLOTS.encode(), "ja").filled(OUTLET)
    assert told is not None
    assert told.decode() == (
        "<h1>駐車場 12番</h1><p>200 V, 3.0 kW, 柱の右<p>sun 42.5 yen 38 g<p>はるかぜ電力"
    )


def test_what_an_operator_typed_is_text_and_never_markup() -> None:
    told = Offered(SLOTS.encode(), "en").filled(OUTLET)
    assert told is not None
    assert "right\u00a0of\u00a0&lt;the&gt;\u00a0pillar" in told.decode()
    assert told.endswith(b"<p>Harukaze &amp; Sons")


@pytest.mark.parametrize(
    "different",
    [
        {"state": "busy"},
        {"state": "no_power"},
        {"session_id": "mine"},
        {"offers": []},
        {"offers": [msgspec.structs.replace(SOLAR, owner=False)]},
    ],
    ids=["busy", "dark", "one's own", "nothing sold", "others' power alone"],
)
def test_nothing_is_told_where_one_cannot_choose_at_once(different: dict[str, object]) -> None:
    outlet = msgspec.structs.replace(OUTLET, **different)
    assert Offered(SLOTS.encode(), "ja").filled(outlet) is None


def test_figures_are_those_that_the_phone_writes() -> None:
    assert [price(each) for each in (36_000, 36_500, 36_120, 1_200_005)] == [
        "36", "36.5", "36.12", "1,200.005",
    ]  # fmt: skip
    assert [kilowatts(each) for each in (3_000, 1_500, 2_949, 2_950, 100)] == [
        "3.0", "1.5", "2.9", "3.0", "0.1",
    ]  # fmt: skip


async def test_a_newcomers_page_has_the_outlet_in_it(
    house: World, browser: httpx.AsyncClient
) -> None:
    page = await browser.get(f"/o/{house.codes[CAR].lower()}", headers=ENGLISH)
    assert "<h1>Okayama Station West car park, no. 12</h1><p>200 V, 3.0 kW" in page.text
    assert page.text.endswith("<p>Harukaze Power")
    assert "<!--" not in page.text
    assert page.headers["content-security-policy"] == own_policy(b"<style>b{}</style>")
    assert page.headers["link"].startswith(f"</api/outlets/{house.codes[CAR]}>")


async def test_whoever_was_here_before_may_have_chosen_another_power(
    house: World, browser: httpx.AsyncClient
) -> None:
    known = ENGLISH | {"Cookie": f"{COOKIE}=known"}
    page = await browser.get(f"/o/{house.codes[CAR]}", headers=known)
    assert page.text.endswith("outlet.en.html")


async def test_where_one_cannot_charge_the_page_says_that_it_looks(
    house: World, browser: httpx.AsyncClient
) -> None:
    house.to_mdms.cut = True
    page = await browser.get(f"/o/{house.codes[CAR]}", headers=ENGLISH)
    assert (page.status_code, page.text.endswith("outlet.en.html")) == (200, True)


async def test_codes_cannot_be_tried_out_by_their_pages(
    house: World, browser: httpx.AsyncClient
) -> None:
    for data in range(GUESSES):
        browser.cookies.clear()  # whoever tries codes out comes for the first time each time
        page = await browser.get(f"/o/{complete(data)}", headers=ENGLISH)
        assert page.text.endswith("outlet.en.html")
    browser.cookies.clear()
    page = await browser.get(f"/o/{house.codes[CAR]}", headers=ENGLISH)
    assert page.text.endswith("outlet.en.html")
    asked = await browser.get(f"/api/outlets/{house.codes[CAR]}")
    assert asked.status_code == 429


async def test_a_control_system_that_takes_its_time_does_not_hold_the_page_up(
    house: World,
) -> None:
    told = await newcomers_outlet(
        house.codes[CAR],
        asker="192.0.2.1",
        guesses=Rate(1, 1),
        clock=house.clock,
        mdms=MdmsClient(Mute(), "key"),
    )
    assert told is None


class Mute:
    """A way to the control system on which nothing ever comes back."""

    async def request(self, *_: object, **__: object) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    async def aclose(self) -> None:
        """Nothing is kept open."""
