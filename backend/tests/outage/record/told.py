"""What people and systems say in these tests, and the small network that they speak of."""

from collections.abc import Sequence

from konsento.outage.record.match import Path
from konsento.outage.record.said import AreaOut, Entry, Facts, Source, SwitchOut

TEN = 1_700_000_000_000
MINUTE = 60_000
HOUR = 60 * MINUTE

PATHS: dict[str, Path] = {
    "F-1": ("F-1",),
    "S-1": ("F-1", "S-1"),
    "S-2": ("F-1", "S-2"),
    "T-1": ("F-1", "S-1", "T-1"),
    "T-2": ("F-1", "S-1", "T-2"),
    "T-3": ("F-1", "S-2", "T-3"),
}


class SmallNetwork:
    """One feeder, two sections, three transformers; two areas."""

    def path(self, place: str) -> Path | None:
        return PATHS.get(place)

    def areas(self, place: str) -> frozenset[str]:
        return frozenset({"33101-2" if place in ("S-2", "T-3") else "33101-1"})

    def households(self, places: Sequence[str]) -> tuple[AreaOut, ...]:
        return tuple(
            AreaOut(area=area, households_out=50, households=100)
            for area in sorted({area for place in places for area in self.areas(place)})
        )

    def has_area(self, area: str) -> bool:
        return area in ("33101-1", "33101-2")


def entry(
    name: str,
    source: Source,
    facts: Facts,
    author: str = "somebody",
    *,
    said_at_ms: int = TEN,
    received_at_ms: int = TEN + 10 * MINUTE,
) -> Entry:
    return Entry(
        entry=name, source=source, author=author, said_at_ms=said_at_ms,
        received_at_ms=received_at_ms, facts=facts,
    )  # fmt: skip


def engine(name: str, place: str, *, households_out: int = 10, started_at_ms: int = TEN) -> Entry:
    """The engine's word on a dark place of the first area."""
    area = AreaOut(area="33101-1", households_out=households_out, households=100)
    facts = Facts(started_at_ms=started_at_ms, places=(place,), areas=(area,))
    return entry(name, Source.ENGINE, facts)


def switch(
    name: str, place: str, *, opened: int | None = None, restored: int | None = None, **more: int
) -> Entry:
    """A word of distribution automation on one section."""
    facts = Facts(switches=(SwitchOut(place=place, opened_at_ms=opened, restored_at_ms=restored),))
    return entry(name, Source.DISTRIBUTION_AUTOMATION, facts, "da-1", **more)


def office(name: str, facts: Facts, **more: int) -> Entry:
    """A word of the sales office at Okayama."""
    return entry(name, Source.SALES_OFFICE, facts, "okayama", **more)
