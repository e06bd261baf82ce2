"""What a meter's switch may be told, and what reading it back means.

Every command carries a generation, counted up per outlet; a meter obeys only a generation
higher than the last it obeyed. So a command that was long on its way changes nothing, and a
read-back tells which command it answers to. An order to close carries its own end (energy,
time, fail-safe): the meter opens without being told.
"""

from enum import StrEnum
from typing import Literal

from msgspec import Struct

from konsento.mdms.contract import CountedFrom, MeterFace

Switch = Literal["open", "closed"]
OpenedBecause = Literal["commanded", "energy_limit", "time_limit", "link_lost", "power_lost"]


class CloseOrder(Struct, frozen=True, kw_only=True):
    """What goes to the meter with "close"."""

    energy_wh_max: int | None
    duration_ms_max: int | None
    counted_from: CountedFrom
    failsafe_after_ms: int


class MeterAnswer(Struct, frozen=True, kw_only=True):
    """One read-back: register, power, switch, and the generation last obeyed."""

    at_ms: int
    register_wh: int
    power_w: int
    switch: Switch
    generation: int
    switched_at_ms: int | None = None
    first_use_at_ms: int | None = None
    opened_because: OpenedBecause | None = None


class Meaning(StrEnum):
    """What a read-back says to a request of some generation."""

    CLOSED = "closed"
    OPEN = "open"
    NOT_YET = "not_yet"  # the meter has not obeyed our command
    OVERTAKEN = "overtaken"  # the meter obeyed a later command than any we know of


def may_obey(obeyed: int, generation: int) -> bool:
    """Whether a meter that last obeyed `obeyed` may obey a command of `generation`."""
    return generation > obeyed


def meaning(answer: MeterAnswer, generation: int) -> Meaning:
    """What the answer means to a request whose last command was of `generation`."""
    if answer.generation < generation:
        return Meaning.NOT_YET
    if answer.generation > generation:
        return Meaning.OVERTAKEN
    return Meaning.CLOSED if answer.switch == "closed" else Meaning.OPEN


def face(register_wh: int, switch: Switch, power_w: int) -> MeterFace:
    """The display of a meter (O13); negative power is fed into the grid."""
    digits = f"{register_wh // 1000 % 1_000_000:06d}"
    if switch == "open":
        return MeterFace(digits=digits, forward="blink", reverse="blink")
    if power_w == 0:
        return MeterFace(digits=digits, forward="lit", reverse="lit")
    if power_w > 0:
        return MeterFace(digits=digits, forward="blink", reverse="off")
    return MeterFace(digits=digits, forward="off", reverse="blink")
