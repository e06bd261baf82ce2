"""Webhooks owed: written in the transaction of what happened, untidy on purpose.

Each event is owed twice, and of two that belong together the later one is due first: a receiver
that trusts order or number of the messages is found out at once.
"""

import msgspec

from konsento.twin.limits import ECHO_MS, SPREAD_MS
from konsento.twin.tables import TwinDelivery
from konsento.twin.views import View, event_view
from konsento.twin.world import World

Said = tuple[str, View]


async def owe(world: World, said: list[Said]) -> None:
    """Owe the world these events, oldest first in the list, inside the caller's transaction."""
    now_ms = world.clock.now_ms()
    for place, (kind, about) in enumerate(said):
        event = event_view(f"evt_{world.ids.fresh()}", kind, about, now_ms // 1000)
        body = msgspec.json.encode(event).decode()
        first_ms = now_ms + world.faults.hooks_late_ms + (len(said) - 1 - place) * SPREAD_MS
        for due_ms in (first_ms, first_ms + ECHO_MS):
            name = f"{event['id']}_{due_ms - now_ms}"
            await TwinDelivery.insert(TwinDelivery(id=name, body=body, due_ms=due_ms, tries=0))
