"""`konsento exchange OUTLET`: another meter is put up, also where the last one died in use."""

from collections.abc import Mapping

from konsento.assembly.processes.control_system import mdms_settings, stores
from konsento.assembly.processes.part import CannotStart
from konsento.foundation.clock import SystemClock
from konsento.foundation.database import RowExists
from konsento.foundation.ids import SystemIds
from konsento.foundation.migrations import StepsMissing
from konsento.foundation.settings import Settings, read_settings
from konsento.mdms.outlets import OutletHeld, UnknownOutlet, exchange_meter
from konsento.mdms.write_off import write_off

HELD = (
    "a request holds it. If its meter is dead for good, and its switch has been presumed open, "
    "give the reason with --write-off"
)
MAYBE_CLOSED = "its switch may still be closed: have it stopped, and wait for its fail-safe"


async def exchange(
    outlet: str, smid: str, register_wh: int, why: str, environ: Mapping[str, str]
) -> list[str]:
    """Lines to print; `why` gives up what the dead meter still holds. Raises CannotStart."""
    settings = read_settings(environ)
    grid = stores(settings)[0]
    await grid.database.open(grid.address)
    try:
        await grid.database.must_have(grid.steps)
        told = await _given_up(outlet, why, settings) if why else []
        await exchange_meter(
            outlet, smid=smid, register_wh=register_wh, at_ms=SystemClock().now_ms()
        )
    except StepsMissing as missing:
        raise CannotStart(f"{missing}: `konsento migrate mdms` first") from None
    except UnknownOutlet:
        raise CannotStart(f"there is no outlet {outlet}") from None
    except OutletHeld:
        raise CannotStart(MAYBE_CLOSED if why else HELD) from None
    except RowExists:
        raise CannotStart(f"the meter {smid} stands before another outlet") from None
    finally:
        await grid.database.close()
    return [*told, f"{outlet}: meter {smid} from {register_wh} Wh"]


async def _given_up(outlet: str, why: str, settings: Settings) -> list[str]:
    now_ms, paces = SystemClock().now_ms(), mdms_settings(settings)
    given = await write_off(outlet, why=why, now_ms=now_ms, ids=SystemIds(), settings=paces)
    if given is None:
        return [f"{outlet}: nothing to write off"]
    return [f"{outlet}: {given.request_number} written off at {given.used_wh} Wh"]
