"""Whose turn it is to be switched on, where power came back lately: not all in the same second.

All that stood still in an outage wants power at once when it ends. The outlets of one place are
closed CLOSE_APART_MS apart then; nobody is refused for it, and turns outlive the process.
"""

from konsento.foundation.databases import GRID
from konsento.mdms.limits import CLOSE_APART_MS, POWER_BACK_LATELY_MS
from konsento.mdms.outlet import Outlet

TAKEN = (
    "INSERT INTO mdms_closing (place, last_at_ms) VALUES ({}, {}) ON CONFLICT (place) "
    "DO UPDATE SET last_at_ms = CASE WHEN mdms_closing.last_at_ms + {} > {} "
    "THEN mdms_closing.last_at_ms + {} ELSE {} END RETURNING last_at_ms"
)


def is_back_lately(outlet: Outlet, now_ms: int) -> bool:
    """Whether its power came back so lately that its neighbours may want theirs as well."""
    back_ms = outlet.power_back_at_ms
    return back_ms is not None and now_ms - back_ms < POWER_BACK_LATELY_MS


async def take_turn(outlet: Outlet, now_ms: int) -> int | None:
    """The instant, epoch ms, from which the outlet may be closed; None: at once.

    Within the transaction of whoever asks, its request locked or just written.
    """
    if not is_back_lately(outlet, now_ms):
        return None
    apart_ms = CLOSE_APART_MS
    rows = await GRID.ask(TAKEN, outlet.place, now_ms, apart_ms, now_ms, apart_ms, now_ms)
    return int(rows[0]["last_at_ms"])
