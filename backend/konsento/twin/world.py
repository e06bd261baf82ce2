"""What the twin is given: time, names, its key, its address, and its misfortunes."""

from dataclasses import dataclass, field

from konsento.foundation.clock import Clock
from konsento.foundation.ids import Ids
from konsento.foundation.wake import Wake
from konsento.twin.faults import Faults
from konsento.twin.limits import HOLD_LIFE_S


@dataclass(frozen=True)
class World:
    """Shared by the twin's server and its jobs.

    `api_key` is the one test key the wire accepts. `public_url` is where browsers find the twin,
    without a slash at the end. `bell` rings when a webhook is owed.
    """

    clock: Clock
    ids: Ids
    api_key: str = field(repr=False)
    public_url: str
    hold_life_s: int = HOLD_LIFE_S
    faults: Faults = field(default_factory=Faults)
    bell: Wake = field(default_factory=Wake)
    keys_in_use: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        if not self.api_key.startswith(("sk_test_", "rk_test_")):
            raise ValueError("the twin takes test keys only")

    def now_s(self) -> int:
        return self.clock.now_ms() // 1000
