"""The demo's utility: whose the town's meters are, and what stands on some of their bills."""

from collections.abc import Iterator

import msgspec
from litestar import get
from litestar.di import NamedDependency

from konsento.assembly.demo.households import Households
from konsento.assembly.demo.street_api import Place
from konsento.foundation.clock import RateClock
from konsento.management.customers.customer_table import UsagePoint
from konsento.management.customers.load import load
from konsento.management.customers.typed import plain
from konsento.mdms.fleet.town.plan import TownPlan

HOMES_SHOWN = 12
HOMES_AMONG = 40  # the first rows: the control page can cut off each of them alone
CHECK_DIGITS = 97


class Home(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on a home's bill; and what it hangs on, for whoever wants to cut it off."""

    smid: str
    customer_number: str
    postal_code: str
    district: Place
    feeder: str
    section: str
    transformer: str
    concentrator: str


class Homes(msgspec.Struct, frozen=True):
    homes: list[Home]


def usage_points(plan: TownPlan, now_ms: int) -> Iterator[UsagePoint]:
    """The utility's table: every meter behind which somebody lives; nobody has a name here."""
    for row in _lived_in(plan, now_ms):
        area = plan.areas[int(plan.area_of_meter[row])]
        smid = plan.smids[row].decode()
        yield UsagePoint(
            smid=smid, smid_key=plain(smid), customer_number=plain(customer_number(row)),
            postal_code=plain(postal_code(area.area)), area=area.area,
            address=f"{area.prefecture_ja}{area.municipality_ja}{area.district_ja}{row + 1}番地",
            holder=None, email=None, moved_out_at_ms=None,
        )  # fmt: skip


async def put_on_the_books(plan: TownPlan, now_ms: int) -> None:
    """Twice is once."""
    await load([*usage_points(plan, now_ms)], now_ms)


def customer_number(row: int) -> str:
    """The same for the same meter in every run: 33-000012-67."""
    return f"33-{row:06d}-{(row * 31 + 5) % CHECK_DIGITS:02d}"


def postal_code(area: str) -> str:
    """700 and the district's number."""
    return f"700-{int(area.rpartition('-')[2]):04d}"


def _lived_in(plan: TownPlan, now_ms: int) -> list[int]:
    homes = (plan.size_1024ths > 0) & plan.stands(now_ms)
    return [int(row) for row in homes.nonzero()[0]]


def homes(plan: TownPlan, now_ms: int) -> list[Home]:
    """A dozen that stand close together, then the first of every other feeder or concentrator."""
    lived_in = _lived_in(plan, now_ms)
    close = [row for row in lived_in if row < HOMES_AMONG][:HOMES_SHOWN]
    chosen = [_home(plan, row) for row in close]
    feeders, ways = {each.feeder for each in chosen}, {each.concentrator for each in chosen}
    for row in lived_in:
        home = _home(plan, row)
        if home.feeder not in feeders or home.concentrator not in ways:
            feeders.add(home.feeder)
            ways.add(home.concentrator)
            chosen.append(home)
    return chosen


def _home(plan: TownPlan, row: int) -> Home:
    area = plan.areas[int(plan.area_of_meter[row])]
    transformer = int(plan.transformer_of_meter[row])
    section = int(plan.section_of_transformer[transformer])
    way = int(plan.concentrator_of_relay[plan.relay_of_meter[row]])
    return Home(
        smid=plan.smids[row].decode(), customer_number=customer_number(row),
        postal_code=postal_code(area.area),
        district=Place(
            f"{area.municipality_ja}{area.district_ja}",
            f"{area.district_en}, {area.municipality_en}",
        ),
        feeder=plan.feeder_codes[int(plan.feeder_of_section[section])],
        section=plan.section_codes[section], transformer=plan.transformer_codes[transformer],
        concentrator=plan.concentrator_codes[way],
    )  # fmt: skip


@get("/demo/api/town/homes", include_in_schema=False)
async def town_homes(
    households: NamedDependency[Households], rate_clock: NamedDependency[RateClock]
) -> Homes:
    """Homes that a visitor may register for, with what stands on their bills."""
    return Homes(homes(households.live.plan, rate_clock.now_ms()))
