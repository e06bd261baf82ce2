"""What management servers are told: each its own sequence, without a gap, in order.

The cursor comes from the server's own row, counted up in the transaction that tells. That row
stays locked until the commit, so an event can never become visible after one with a higher
cursor: whoever asks "after 7" has seen everything up to 7.
"""

from collections.abc import Sequence

import msgspec

from konsento.foundation.databases import GRID
from konsento.mdms.contract import Event, EventPage
from konsento.mdms.limits import EVENTS_KEPT_MS, FORGET_BATCH
from konsento.mdms.request import Request, Told


async def append(request: Request, told: Sequence[Told], now_ms: int) -> None:
    """Tell the request's server, inside the caller's write transaction."""
    if not told:
        return
    rows = await GRID.ask(
        "UPDATE mdms_management_server SET last_cursor = last_cursor + {} WHERE server = {} "
        "RETURNING last_cursor",
        len(told),
        request.server,
    )
    first = int(rows[0]["last_cursor"]) - len(told) + 1
    for cursor, event in enumerate(told, first):
        await GRID.ask(
            "INSERT INTO mdms_event (event, server, cursor, at_ms, told_at_ms, request_number, "
            "outlet, body) VALUES ({}, {}, {}, {}, {}, {}, {}, {})",
            f"{request.server}/{cursor}", request.server, cursor, event.at_ms, now_ms,
            request.request_number, request.outlet, msgspec.json.encode(event).decode(),
        )  # fmt: skip


async def page(server: str, after: int, limit: int) -> EventPage:
    """Up to `limit` events of this server after the cursor, oldest first."""
    rows = await GRID.ask(
        "SELECT cursor, request_number, outlet, body FROM mdms_event "
        "WHERE server = {} AND cursor > {} ORDER BY cursor LIMIT {}",
        server,
        after,
        limit,
    )
    events = tuple(
        Event(
            cursor=row["cursor"],
            request_number=row["request_number"],
            outlet=row["outlet"],
            **msgspec.structs.asdict(msgspec.json.decode(row["body"], type=Told)),
        )
        for row in rows
    )
    return EventPage(events=events, cursor=events[-1].cursor if events else after)


async def forget_old(now_ms: int) -> int:
    """Drop events that nobody fetched in EVENTS_KEPT_MS, a bounded bite; returns how many."""
    async with GRID.writing():
        rows = await GRID.ask(
            "DELETE FROM mdms_event WHERE event IN (SELECT event FROM mdms_event "
            "WHERE told_at_ms < {} LIMIT {}) RETURNING event",
            now_ms - EVENTS_KEPT_MS,
            FORGET_BATCH,
        )
    return len(rows)
