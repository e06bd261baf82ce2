"""A charge that runs already, and a bill that equals the registers: where journeys meet."""

from e2e.people.driver import Driver
from e2e.people.receipt import Receipt
from e2e.world.street import Street

ONE_YEN_OR_MORE = r"^[1-9]\d*円$"


async def has_drawn_a_little(driver: Driver, street: Street, number: int, *, kwh: str) -> int:
    """A car is plugged in, paid for, and has drawn a yen's worth; time runs as on the wall again.

    Returns the register it began with, in Wh.
    """
    outlet = await street.outlet(number)
    await street.do(number, "plug_car")
    await driver.pays_for(outlet.code, kwh=kwh)
    await street.runs(30)
    await driver.watches_it_flow()
    await driver.watches_until("ここまで", least=ONE_YEN_OR_MORE)
    await street.runs(1)
    return outlet.register_wh


async def bill_equals_registers(
    driver: Driver, street: Street, number: int, opening_wh: int
) -> Receipt:
    """Reads the receipt, which says what the meter on the wall says, and what that comes to."""
    receipt = await driver.reads_receipt()
    closing_wh = (await street.outlet(number)).register_wh
    assert (receipt.opening_wh, receipt.closing_wh) == (opening_wh, closing_wh)
    assert receipt.used_wh == receipt.measured_wh
    assert receipt.total_yen in (receipt.price_yen, 0)
    return receipt
