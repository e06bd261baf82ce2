"""Which outage an entry speaks of: the one at the same place at the same time. Pure.

Places are named by their path in the electrical tree, from the feeder down. Two places are the
same outage's when one contains the other; two times are when one began while the other was
out, give or take what a slot leaves open.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from konsento.outage.limits import MOMENTARY_MS

LEEWAY_MS = 60 * 60_000  # the engine knows a beginning to a slot, plus what its readings are late
CHILD_WITHIN_MS = 24 * 3_600_000
SPAN_MS_MAX = 14 * 86_400_000  # an end without a beginning looks back no further

Path = tuple[str, ...]  # ("F-01",), ("F-01", "F-01-2"), ... down to ("F-01", ..., "SM-33-1012")


class Known(Struct, frozen=True, kw_only=True):
    """An outage as far as matching goes; epoch ms. `areas` help where no place is known."""

    outage: str
    opened_at_ms: int  # when its record was begun: the oldest survives a merger
    paths: tuple[Path, ...]
    areas: frozenset[str]
    started_at_ms: int | None
    restored_at_ms: int | None
    planned: bool = False


class Told(Struct, frozen=True, kw_only=True):
    """What an entry says of place and time.

    `dark_at_ms`: an instant at which it was seen to be still out, if there is one.
    """

    paths: tuple[Path, ...]
    areas: frozenset[str]
    started_at_ms: int | None
    restored_at_ms: int | None = None
    dark_at_ms: int | None = None
    planned: bool = False


class Match(Struct, frozen=True, kw_only=True):
    """`outage` None: none is known, begin one. `absorbs` turn out to be the same outage.

    `parent`: an outage that is over, of which this one remained.
    """

    outage: str | None = None
    absorbs: tuple[str, ...] = ()
    parent: str | None = None


def contains(above: Path, below: Path) -> bool:
    """Whether the second lies at or under the first."""
    return below[: len(above)] == above


def same_place(told: Told, known: Known) -> bool:
    """One contains the other; by areas only when one of the two names no place."""
    if not told.paths or not known.paths:
        return bool(told.areas & known.areas)
    return any(
        contains(one, other) or contains(other, one) for one in told.paths for other in known.paths
    )


def same_time(told: Told, known: Known) -> bool:
    """Whether both speak of one span of darkness, as far as their ends are known."""
    if told.started_at_ms is not None:
        return _began_within(told.started_at_ms, known)
    if told.restored_at_ms is not None:
        return _ended_with(told.restored_at_ms, known)
    return known.restored_at_ms is None


def _began_within(began_ms: int, known: Known) -> bool:
    ended_ms = known.restored_at_ms
    if known.started_at_ms is not None:
        return began_ms >= known.started_at_ms - LEEWAY_MS and (
            ended_ms is None or began_ms <= ended_ms
        )
    return ended_ms is None or 0 <= ended_ms - began_ms <= SPAN_MS_MAX


def _ended_with(ended_ms: int, known: Known) -> bool:
    if known.started_at_ms is not None and ended_ms < known.started_at_ms:
        return False
    return known.restored_at_ms is None or abs(known.restored_at_ms - ended_ms) <= LEEWAY_MS


def match(told: Told, outages: Iterable[Known]) -> Match:
    """The outage meant: the oldest record of those at this place and time.

    Whatever contains the place told or lies under it is one outage with it, so the others are
    absorbed; an area alone unites nothing, since two outages may share one.
    """
    candidates = [
        known
        for known in outages
        if known.planned == told.planned and same_place(told, known) and same_time(told, known)
    ]
    still_dark = [known for known in candidates if not _over_before(told, known)]
    if still_dark:
        first, *others = sorted(still_dark, key=lambda known: (known.opened_at_ms, known.outage))
        absorbs = tuple(other.outage for other in others) if told.paths else ()
        return Match(outage=first.outage, absorbs=absorbs)
    return Match(parent=_left_from(told, candidates))


def _over_before(told: Told, known: Known) -> bool:
    """It was back before the moment at which this one was seen to be dark: what remained."""
    restored_ms = known.restored_at_ms
    return restored_ms is not None and told.dark_at_ms is not None and restored_ms < told.dark_at_ms


def _left_from(told: Told, candidates: Sequence[Known]) -> str | None:
    recent = [
        known
        for known in candidates
        if known.restored_at_ms is not None
        and told.dark_at_ms is not None
        and told.dark_at_ms - known.restored_at_ms <= CHILD_WITHIN_MS
        and not _was_momentary(known)
    ]
    if not recent:
        return None
    return max(recent, key=lambda known: (known.restored_at_ms or 0, known.outage)).outage


def _was_momentary(known: Known) -> bool:
    """A cut of a few minutes takes nobody with it for longer."""
    if known.started_at_ms is None or known.restored_at_ms is None:
        return False
    return known.restored_at_ms - known.started_at_ms <= MOMENTARY_MS
