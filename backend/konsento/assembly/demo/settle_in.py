"""The town moves into empty databases, and finds itself at home in full ones."""

import msgspec

from konsento.assembly import town
from konsento.assembly.street import put_up_street
from konsento.foundation.clock import Clock
from konsento.foundation.databases import PEOPLE
from konsento.foundation.ids import Ids
from konsento.management.charging.facility import reach
from konsento.management.charging.put_up import Described, put_up
from konsento.management.charging.tables import OutletRow
from konsento.management.operators.account import enrol
from konsento.management.operators.facility import name_facility
from konsento.management.operators.password import Passwords
from konsento.management.retail.sell import Offered, Price, keep_offer, keep_price, keep_retailer
from konsento.management.retail.tariff import Retailer
from konsento.mdms.control_system import ControlSystem
from konsento.mdms.fleet.street import Street
from konsento.mdms.outlets import register_management_server


async def put_up_meters(street: Street, system: ControlSystem, api_key: str) -> None:
    """The meter side: a meter for each outlet, and one management server that may ask."""
    await register_management_server("konsento", api_key)
    await put_up_street(street, system)


async def open_the_car_park(ids: Ids, now_ms: int) -> None:
    """The people's side: outlets with fresh codes, retailers, prices. Twice is once."""
    async with PEOPLE.writing("town"):
        if await OutletRow.count():
            return
        for seed in town.OUTLETS:
            await put_up(
                Described(
                    outlet=seed.outlet, facility=town.FACILITY, title_ja=town.title_ja(seed),
                    title_en=town.title_en(seed), hint_ja=town.HINT_JA, hint_en=town.HINT_EN,
                    voltage_v=seed.voltage_v, power_w_max=seed.power_w_max,
                    plan_x=seed.plan_x, plan_y=seed.plan_y,
                ),
                ids,
            )  # fmt: skip
        for retailer in town.RETAILERS:
            await keep_retailer(Retailer(**msgspec.structs.asdict(retailer)))
        for tariff in town.TARIFFS:
            await _sell(tariff, ids, now_ms)


async def _sell(tariff: town.TariffSeed, ids: Ids, now_ms: int) -> None:
    price = Price(
        retailer_id=tariff.retailer, power_type=tariff.power_type,
        unit_price_myen_per_kwh=tariff.unit_price_myen_per_kwh,
        carbon_g_per_kwh=tariff.carbon_g_per_kwh,
    )  # fmt: skip
    await keep_price(price, ids.fresh(), now_ms)
    offered = Offered(
        facility=town.FACILITY, retailer_id=tariff.retailer, power_type=tariff.power_type,
        owner=tariff.retailer == town.OWNER,
    )  # fmt: skip
    await keep_offer(offered, ids.fresh())


async def hire(password: str, clock: Clock, ids: Ids) -> None:
    """The car park's name, its telephone, and its operator with the demo's password."""
    await name_facility(town.FACILITY, town.FACILITY_JA, town.FACILITY_EN)
    async with PEOPLE.writing():
        await reach(town.FACILITY, town.FACILITY_PHONE)
    await enrol(
        town.OPERATOR_NAME, password, town.FACILITY, passwords=Passwords(), clock=clock, ids=ids
    )
