"""One silent meter alone: how far the evidence speaks for its own premises (O5).

An ordinary breaker sits behind the utility's meter: when it trips, the meter goes on speaking.
So a lone silent meter is as likely the line to the house, the meter, or its radio; only a meter
that answers with its breaker open, or with nothing drawn, confirms what the words say. Where the
way to the meter did not answer either, nothing is said of the meter at all.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.outage.judgement.terms import Answer, Grade, Load
from konsento.outage.limits import ATTEMPTS

Flags: TypeAlias = NDArray[np.bool_]
Bytes: TypeAlias = NDArray[np.int8]


def grade(answer: Answer, load: Load, *, neighbours_live: bool, asked_out: bool) -> Grade:
    """How sure it is that one meter's own premises are without power; NONE when it is not.

    For a customer who asks about their own meter: then a meter that draws nothing confirms, too.
    """
    if answer == Answer.POWERED:
        behind = load in (Load.NONE, Load.BREAKER_OPEN)
        return Grade.CONFIRMED if behind else Grade.NONE
    if answer == Answer.NO_POWER:
        return Grade.LIKELY if neighbours_live else Grade.CANNOT_TELL
    in_vain = answer == Answer.UNKNOWN and asked_out
    return Grade.CANNOT_TELL if in_vain else Grade.NONE


def grades(answer: Bytes, attempts: NDArray[np.int16], neighbours_live: Flags) -> Bytes:
    """The same for many silent meters at once, none of which answered that it has power."""
    no_power = answer == Answer.NO_POWER
    in_vain = (answer == Answer.UNKNOWN) & (attempts >= ATTEMPTS)
    unsure = np.where(no_power | in_vain, np.int8(Grade.CANNOT_TELL), np.int8(Grade.NONE))
    return np.where(no_power & neighbours_live, np.int8(Grade.LIKELY), unsure)


def is_told(graded: Bytes) -> Flags:
    """Which of them are told unasked: only the sure.

    Of the meters that their way reaches in vain far more have a radio that fades than a torn
    wire. Whoever asks after their own meter is still answered with this grade.
    """
    return np.asarray((graded == Grade.CONFIRMED) | (graded == Grade.LIKELY))
