"""The town moves into empty databases, and finds itself at home in full ones."""

from konsento.assembly import town
from konsento.assembly.street import put_up_street
from konsento.foundation.clock import Clock
from konsento.foundation.databases import PEOPLE
from konsento.foundation.ids import Ids
from konsento.management.charging.outlet_code import complete
from konsento.management.charging.tables import OutletRow
from konsento.management.operators.account import enrol
from konsento.management.operators.facility import name_facility
from konsento.management.operators.password import Passwords
from konsento.management.retail.tables import OfferRow, RetailerRow, TariffRow
from konsento.mdms.control_system import ControlSystem
from konsento.mdms.fleet.street import Street
from konsento.mdms.outlets import register_management_server

CODE_BITS = 40


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
            await OutletRow.insert(
                OutletRow(
                    code=complete(ids.below(2**CODE_BITS)), outlet=seed.outlet,
                    facility=town.FACILITY, title_ja=town.title_ja(seed),
                    title_en=town.title_en(seed), hint_ja=town.HINT_JA, hint_en=town.HINT_EN,
                    voltage_v=seed.voltage_v, power_w_max=seed.power_w_max, locked=False,
                    plan_x=seed.plan_x, plan_y=seed.plan_y,
                )
            )  # fmt: skip
        for retailer in town.RETAILERS:
            await RetailerRow.insert(
                RetailerRow(
                    id=retailer.id, name_ja=retailer.name_ja, name_en=retailer.name_en,
                    registration_number=retailer.registration_number,
                )
            )  # fmt: skip
        for tariff in town.TARIFFS:
            await _sell(tariff, ids, now_ms)


async def _sell(tariff: town.TariffSeed, ids: Ids, now_ms: int) -> None:
    await TariffRow.insert(
        TariffRow(
            id=ids.fresh(), retailer_id=tariff.retailer, power_type=tariff.power_type,
            unit_price_myen_per_kwh=tariff.unit_price_myen_per_kwh,
            carbon_g_per_kwh=tariff.carbon_g_per_kwh, valid_from_ms=now_ms, valid_until_ms=None,
        )
    )  # fmt: skip
    await OfferRow.insert(
        OfferRow(
            id=ids.fresh(), facility=town.FACILITY, retailer_id=tariff.retailer,
            power_type=tariff.power_type, owner=tariff.retailer == town.OWNER,
        )
    )  # fmt: skip


async def hire(password: str, clock: Clock, ids: Ids) -> None:
    """The car park's name and its operator, with the demo's password."""
    await name_facility(town.FACILITY, town.FACILITY_JA, town.FACILITY_EN)
    await enrol(
        town.OPERATOR_NAME, password, town.FACILITY, passwords=Passwords(), clock=clock, ids=ids
    )
