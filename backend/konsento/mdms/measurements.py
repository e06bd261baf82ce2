"""Readings kept: the believed by outlet and place, the others aside with their reason (C19)."""

from konsento.foundation.databases import GRID
from konsento.foundation.ids import Ids
from konsento.mdms.outlet import Outlet
from konsento.mdms.reading import Accepted, Aside
from konsento.mdms.request import Request

BIGINT_MAX = 2**63 - 1


def _fits(number: int) -> int:
    """A meter may say anything; a column holds 64 bits."""
    return max(-BIGINT_MAX, min(number, BIGINT_MAX))


async def keep(request: Request, before: Outlet, accepted: Accepted) -> None:
    """A believed reading and the energy since the last one; the same reading twice is one."""
    reading = accepted.reading
    await GRID.ask(
        "INSERT INTO mdms_measurement (measurement, outlet, place, from_ms, at_ms, register_wh, "
        "gained_wh, power_w, power_type, retailer) "
        "VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}) ON CONFLICT DO NOTHING",
        f"{before.outlet}@{reading.at_ms}", before.outlet, before.place,
        before.register_at_ms or reading.at_ms, reading.at_ms, reading.register_wh,
        accepted.gained_wh, reading.power_w, request.power_type, request.retailer,
    )  # fmt: skip


async def set_aside(before: Outlet, aside: Aside, ids: Ids, now_ms: int) -> None:
    """A reading that is not believed, beside the one it was judged against."""
    reading = aside.reading
    await GRID.ask(
        "INSERT INTO mdms_reading_aside (reading, outlet, at_ms, received_at_ms, register_wh, "
        "power_w, reason, last_register_wh, last_at_ms) "
        "VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {})",
        ids.fresh(), before.outlet, _fits(reading.at_ms), now_ms, _fits(reading.register_wh),
        _fits(reading.power_w), aside.reason, before.register_wh, before.register_at_ms,
    )  # fmt: skip
