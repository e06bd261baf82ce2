"""The news of one session as a stream: the whole view at every change, the samples once each."""

from collections.abc import AsyncIterator

import msgspec

from konsento.foundation.clock import Clock
from konsento.foundation.edge.streams import Sse
from konsento.foundation.together import Together
from konsento.management.charging.link import followed_session
from konsento.management.charging.session import OVER
from konsento.management.charging.store import WATCHERS
from konsento.management.payments.view import SessionView, view_for

MONEY_AT_REST = frozenset({"captured", "waived", "released"})
POLL_MS = 10_000  # a ring of another process may have been lost


class News(msgspec.Struct, frozen=True):
    """A session as of `sequence`; `told` is its view, encoded, when that is newer than asked."""

    sequence: int
    told: bytes | None
    at_rest: bool


LOOKS = Together[News]()


async def news(session_id: str, visitor: str, after: int, clock: Clock) -> AsyncIterator[Sse]:
    """Views newer than the sequence `after`, until nothing can change any more.

    A sequence that this session has not reached was never told by us: it is begun anew.
    All who are woken by one ring and know the same share one look, begun after that ring.
    """
    with WATCHERS.watch(session_id) as bell:
        while True:
            heard, known = bell.rings, after

            async def look(known: int = known) -> News:
                return await look_for(session_id, visitor, known, clock)

            found = await LOOKS.ask((session_id, visitor, heard, known), look)
            after = found.sequence
            if found.told is not None:
                yield Sse(id=after, event="session", data=found.told)
            if found.at_rest:
                return
            await bell.wait(POLL_MS, since=heard)


async def look_for(session_id: str, visitor: str, after: int, clock: Clock) -> News:
    """What is new of a session to somebody who knows it up to `after`. Raises UnknownSession."""
    session = await followed_session(session_id, visitor, clock.now_ms())
    after = after if after <= session.sequence else 0
    is_new = session.sequence > after
    if not is_new and session.state not in OVER:
        return News(session.sequence, None, at_rest=False)
    shown = await view_for(visitor, session, clock.now_ms(), after=after)
    told = msgspec.json.encode(shown) if is_new else None
    return News(session.sequence, told, at_rest=is_at_rest(shown))


def is_at_rest(shown: SessionView) -> bool:
    """Over, and the money with it: taken, waived, let go, or never asked for."""
    no_money = shown.price_yen_max == 0
    return shown.state in OVER and (no_money or shown.payment.state in MONEY_AT_REST)
