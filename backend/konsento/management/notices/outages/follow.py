"""The outage room's events, followed by their cursor: each outage that changed is weighed.

The cursor is kept in the transaction that owes the weighing, so that a crash loses no change;
several changes of one outage that come together are one look at its people.
"""

from collections.abc import Sequence

from konsento.foundation.databases import PEOPLE
from konsento.management.notices.outages import events, store
from konsento.management.notices.outages.hands import Teller
from konsento.management.notices.outages.limits import EVENTS_WAIT_S, WEIGH_AFTER_MS
from konsento.outage.contract import OutageEvent

# Of what is said anew of an outage, what changes for nobody: the engine's reasons, and where it
# once reached.
SAYS_NOTHING = frozenset({"sentence_ja", "sentence_en", "reach", "areas_max"})


async def follow_once(teller: Teller, *, wait_s: int = EVENTS_WAIT_S) -> int:
    """Ask for what is new, wait up to wait_s for it, owe its weighing; returns how many events.

    Raises OutageUnreachable, OutageRefused.
    """
    if teller.outages is None:
        return 0
    page = await teller.outages.events(await store.read_cursor(), wait_s=wait_s)
    if page.events:
        await take(page.events, page.cursor, teller)
    return len(page.events)


async def take(news: Sequence[OutageEvent], cursor: int, teller: Teller) -> None:
    """Owe a look at the people of each, and keep the cursor; what was taken before is not again."""
    now_ms = teller.clock.now_ms()
    async with PEOPLE.writing("outage-events") as tx:
        before = await store.read_cursor()
        fresh = [each for each in news if each.cursor > before and _matters(each)]
        for name in sorted({each.outage for each in fresh}):
            await teller.outbox.owe_once(tx, events.WEIGH, name, now_ms, after_ms=WEIGH_AFTER_MS)
        await store.keep_cursor(max(before, cursor))


def _matters(event: OutageEvent) -> bool:
    return bool(set(event.fields) - SAYS_NOTHING or event.absorbed)
