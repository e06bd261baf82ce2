"""The control system's parts in one hand: its driver, its time, its settings and its bells."""

from dataclasses import dataclass, field

from konsento.foundation.clock import Clock
from konsento.foundation.ids import Ids
from konsento.foundation.wake import Wake
from konsento.mdms.drivers.driver import Driver
from konsento.mdms.settings import MdmsSettings


@dataclass(frozen=True)
class ControlSystem:
    """What every verb here needs. The database is GRID; whoever assembles opens and migrates it.

    `due` rings when a request wants looking at, `told` when there are new events, and `ending`
    once, when the server ends: those who wait for events are answered then.
    """

    driver: Driver
    clock: Clock
    ids: Ids
    settings: MdmsSettings = field(default_factory=MdmsSettings)
    due: Wake = field(default_factory=Wake)
    told: Wake = field(default_factory=Wake)
    ending: Wake = field(default_factory=Wake)
