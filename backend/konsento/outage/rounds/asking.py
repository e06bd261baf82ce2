"""Meters are asked by way of the control system; what comes back is an answer or no answer yet."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

import numpy as np
import structlog
from msgspec import Struct
from numpy.typing import NDArray

from konsento.mdms.contract import (
    PINGS_MAX,
    SWITCHES_MAX,
    MdmsClient,
    MdmsRefused,
    MdmsUnreachable,
)
from konsento.outage import slots
from konsento.outage.columns.meters import Columns
from konsento.outage.judgement.answers import Answers
from konsento.outage.judgement.terms import Answer, Load
from konsento.outage.watch import PowerWord

log = structlog.get_logger(__name__)

ANSWER_OF = {
    "powered": Answer.POWERED,
    "no_power": Answer.NO_POWER,
    "unknown": Answer.UNKNOWN,
    "communication_failure": Answer.COMMUNICATION_FAILURE,
    "unknown_meter": Answer.UNKNOWN_METER,
}
LOAD_OF = {
    "unseen": Load.UNSEEN,
    "drawn": Load.DRAWN,
    "none": Load.NONE,
    "breaker_open": Load.BREAKER_OPEN,
}


class Reply(Struct, frozen=True, kw_only=True):
    """What came back from one meter; the words are those of the control system's contract."""

    smid: str
    answer: str
    load: str = "unseen"


class Pinger(Protocol):
    """Whoever can ask meters; a meter that is left out of the replies was not asked."""

    async def ping(self, smids: Sequence[str]) -> Sequence[Reply]: ...


class Switches(Protocol):
    """Whoever knows which switches stand open by order; None when that cannot be known now."""

    async def open_among(self, smids: Sequence[str]) -> Collection[str] | None: ...


class ByControlSystem:
    """Asks by way of the control system; while that is out of reach nobody is asked."""

    def __init__(self, mdms: MdmsClient) -> None:
        self._mdms = mdms

    async def ping(self, smids: Sequence[str]) -> Sequence[Reply]:
        try:
            view = await self._mdms.ping(smids[:PINGS_MAX])
        except (MdmsRefused, MdmsUnreachable) as error:
            log.warning("meters not asked", count=len(smids), exc_info=error)
            return ()
        return [
            Reply(smid=answer.smid, answer=answer.answer, load=answer.load)
            for answer in view.answers
        ]

    async def open_among(self, smids: Sequence[str]) -> Collection[str] | None:
        try:
            return (await self._mdms.open_switches(smids[:SWITCHES_MAX])).smids
        except (MdmsRefused, MdmsUnreachable) as error:
            log.warning("switches not known", count=len(smids), exc_info=error)
            return None


class NobodyToAsk:
    """Where no control system is at hand: nobody is asked, and nothing is told without proof."""

    async def ping(self, smids: Sequence[str]) -> Sequence[Reply]:
        return ()

    async def open_among(self, smids: Sequence[str]) -> Collection[str] | None:
        return ()


def as_columns(replies: Sequence[Reply]) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """The Answer and the Load of each."""
    return (
        np.array([ANSWER_OF.get(reply.answer, Answer.UNKNOWN) for reply in replies], np.int8),
        np.array([LOAD_OF.get(reply.load, Load.UNSEEN) for reply in replies], np.int8),
    )


def with_own_words(
    answers: Answers, words: Mapping[int, PowerWord], columns: Columns, slot: int
) -> Answers:
    """The answers with what meters said by themselves since they were last read.

    A meter whose last word is that its power went is one that answered so; it counts from the
    slot it was said in until the meter is read again.
    """
    end_ms = slots.end_ms(slot)
    said = [word for word in words.values() if not word.up and word.at_ms < end_ms]
    rows = np.array([word.row for word in said], np.int32)
    at_ms = np.array([word.at_ms for word in said], np.int64)
    since = columns.last_slots(rows) < at_ms // slots.SLOT_MS
    if not since.any():
        return answers
    count = int(since.sum())
    return answers.told(rows[since], np.full(count, Answer.NO_POWER, np.int8), at_ms[since])
