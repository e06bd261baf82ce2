"""The lane's figures for Prometheus: what became of parcels, how old the oldest is, who is held."""

from collections.abc import Iterable

from prometheus_client import Counter, Gauge

from konsento.foundation.edge.figures import REGISTRY
from konsento.management.notices.dispatch.lease import End
from konsento.management.notices.dispatch.road import Road, RoadState

PARCELS = Counter(
    "konsento_parcels_total", "Tries of parcels, by what came of them", ["channel", "state"],
    registry=REGISTRY,
)  # fmt: skip
WAITING = Gauge(
    "konsento_parcels_waiting_seconds", "For how long the oldest parcel is due", registry=REGISTRY
)
HELD = Gauge(
    "konsento_parcel_hosts_held", "Hosts that are down or refuse us", ["state"], registry=REGISTRY
)


def count(ends: Iterable[End]) -> None:
    """What came of a page; the untried do not count."""
    for end in ends:
        if not end.untried:
            PARCELS.labels(end.parcel.channel, end.state).inc()


def look(roads: Iterable[Road], waiting_ms: int) -> None:
    """How many hosts are held, and for how long the oldest that is due waits."""
    WAITING.set(waiting_ms / 1000)
    states = [road.state for road in roads]
    for state in (RoadState.DOWN, RoadState.SHUT):
        HELD.labels(state).set(states.count(state))
