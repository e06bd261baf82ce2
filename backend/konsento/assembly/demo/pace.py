"""The demo's time outlives the process: a charge goes on at the pace it had when we were killed."""

from pathlib import Path

import msgspec

from konsento.foundation.clock import Pace, RateClock

FILE = "pace.json"


def clock_in(folder: Path) -> RateClock:
    """The clock as it would stand now had it never stopped; the wall's the first time."""
    path = folder / FILE
    if not path.exists():
        return RateClock()
    return RateClock(pace=msgspec.json.decode(path.read_bytes(), type=Pace))


def keep(clock: RateClock, folder: Path) -> None:
    """Write the pace down; needed whenever it changes, and only then."""
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f"{FILE}.new"
    fresh.write_bytes(msgspec.json.encode(clock.pace))
    fresh.replace(folder / FILE)
