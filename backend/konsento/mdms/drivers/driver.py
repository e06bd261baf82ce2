"""What the control system asks of any control apparatus, whatever wire lies between.

Every call may take long, may be lost on the way out (nothing happened) or on the way back (it
happened): both are NoAnswer. Nothing a call returns is believed; only `read` counts.
"""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from konsento.mdms.continuity import Check, Heard, HopName
from konsento.mdms.meter import CloseOrder, MeterAnswer
from konsento.mdms.ping_views import PingAnswer


class NoAnswer(Exception):
    """The meter did not answer in time: whether the message arrived is unknown."""


class SwitchRefused(Exception):
    """The meter understood and will not: an older generation, or a switch that cannot move."""


@runtime_checkable
class Driver(Protocol):
    """One head-end with its meters, by `smid`."""

    async def close(self, smid: str, generation: int, order: CloseOrder) -> None:
        """Close the switch under this order. Raises NoAnswer, SwitchRefused."""
        ...

    async def open(self, smid: str, generation: int) -> None:
        """Open the switch. Raises NoAnswer, SwitchRefused."""
        ...

    async def limit(self, smid: str, generation: int, order: CloseOrder) -> None:
        """Have a closed switch open by this order instead; an open one stays open.

        The order counts from when the switch was closed. Raises NoAnswer, SwitchRefused.
        """
        ...

    async def read(self, smid: str) -> MeterAnswer:
        """Read the register and the switch back. Raises NoAnswer."""
        ...

    async def check(self, checks: Sequence[Check]) -> Sequence[Heard]:
        """Exchange continuity check messages with many meters; one Heard for each."""
        ...

    async def loopback(self, smid: str) -> None:
        """Have the meter return a loopback message. Raises NoAnswer."""
        ...

    async def answers(self, smid: str, hop: HopName) -> bool:
        """Whether this hop on the way to the meter answers a link trace."""
        ...

    async def ping(self, smids: Sequence[str]) -> Sequence[PingAnswer]:
        """Ask meters whether they are there; one answer for each, in their order."""
        ...
