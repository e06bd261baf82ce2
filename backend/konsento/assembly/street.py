"""The simulated street behind a control system: its meters put up, and those who may ask."""

from konsento.assembly import town
from konsento.foundation.database import Database
from konsento.mdms.control_system import ControlSystem
from konsento.mdms.fleet.street import Street
from konsento.mdms.outlets import register_outlet

STREET = Database("street")


async def put_up_street(street: Street, system: ControlSystem) -> None:
    """A meter for each of the town's outlets, on the street and on the books. Twice is once."""
    now_ms = system.clock.now_ms()
    for seed in town.OUTLETS:
        await street.add(
            seed.smid, power_w_max=seed.power_w_max, register_wh=seed.register_wh, now_ms=now_ms
        )
        await register_outlet(
            seed.outlet, smid=seed.smid, place=town.FACILITY, voltage_v=seed.voltage_v,
            power_w_max=seed.power_w_max, register_wh=seed.register_wh, at_ms=now_ms,
        )  # fmt: skip
