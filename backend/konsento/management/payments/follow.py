"""The news of one session as a stream: the whole view at every change, the samples once each."""

from collections.abc import AsyncIterator

import msgspec

from konsento.foundation.clock import Clock
from konsento.foundation.edge.streams import Sse
from konsento.management.charging.session import OVER
from konsento.management.charging.store import WATCHERS, my_session
from konsento.management.payments.view import SessionView, view

MONEY_AT_REST = frozenset({"captured", "waived", "released"})
POLL_MS = 2_000  # another process may have written what our bell does not ring for


async def news(session_id: str, visitor: str, after: int, clock: Clock) -> AsyncIterator[Sse]:
    """Views newer than the sequence `after`, until nothing can change any more.

    A sequence that this session has not reached was never told by us: it is begun anew.
    """
    with WATCHERS.watch(session_id) as bell:
        while True:
            heard = bell.rings
            session = await my_session(session_id, visitor)
            after = after if after <= session.sequence else 0
            is_new = session.sequence > after
            if is_new or session.state in OVER:
                shown = await view(session, clock.now_ms(), after=after)
                after = session.sequence
                if is_new:
                    yield Sse(id=after, event="session", data=msgspec.json.encode(shown))
                if is_at_rest(shown):
                    return
            await bell.wait(POLL_MS, since=heard)


def is_at_rest(shown: SessionView) -> bool:
    """Over, and the money with it: taken, waived, let go, or never asked for."""
    no_money = shown.price_yen_max == 0
    return shown.state in OVER and (no_money or shown.payment.state in MONEY_AT_REST)
