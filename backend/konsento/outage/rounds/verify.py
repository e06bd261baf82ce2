"""Words of distribution automation are borne out by the meters before anybody is told."""

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.mdms.contract import PINGS_MAX
from konsento.outage.judgement.terms import Answer, Node
from konsento.outage.judgement.word import Borne, borne_out, is_ripe, reached, sample_below
from konsento.outage.limits import ASK_AGAIN_MS, WITNESSES
from konsento.outage.outage_views import MeterJudgement
from konsento.outage.record.said import Entry, Facts, Kind, Source
from konsento.outage.record.say import say
from konsento.outage.record.store import Kept
from konsento.outage.rounds.asking import ANSWER_OF, Pinger
from konsento.outage.rounds.words import nodes_of, recent
from konsento.outage.slots import slot_of
from konsento.outage.system import OutageSystem
from konsento.outage.topology.register import Register

Rows: TypeAlias = NDArray[np.int32]
ENGINE = "engine"
AREA: MeterJudgement = "area"
OUT = (
    "配電自動化システムが{places}の停電を伝え、呼び出しが届いた{asked}戸のうち電気があると答えたのは"
    "{powered}戸のため、停電と判断しました。",
    "Distribution automation reports {places} without power, and of {asked} meters that could be "
    "reached {powered} answered that they have power; so this is an outage.",
)
UNASKED = (
    "配電自動化システムが{places}の停電を伝え、メーターに呼び出しが届かないため、停電と判断しました。",
    "Distribution automation reports {places} without power, and its meters cannot be reached; "
    "so this is taken for an outage.",
)
DOUBTED = (
    "配電自動化システムは{places}の停電を伝えましたが、呼び出しが届いた{asked}戸のうち{powered}戸に"
    "電気が来ているため、判断を保留しています。",
    "Distribution automation reported {places} without power, but {powered} of {asked} meters "
    "that could be reached have power; so this is left open.",
)


class OpenPlace(NamedTuple):
    """A place that is without power by a word that is believed, of which outage, since when."""

    outage: str
    nodes: Sequence[tuple[Node, int]]
    opened_ms: int
    words: tuple[str, str]


class Verification:
    """The words that switches said, and when their meters were asked last. A restart asks again."""

    def __init__(self) -> None:
        self._asked_ms: dict[str, int] = {}

    async def step(
        self, system: OutageSystem, register: Register, pinger: Pinger, speaks: Rows
    ) -> int:
        """Ask about each word that is ripe and not yet borne out; how many were settled.

        `speaks`: the rows of the meters that can be asked: in service, and heard before.
        """
        now_ms, settled, open_ = system.clock.now_ms(), 0, dict[str, int]()
        for kept in await recent(now_ms):
            opened_ms = _unverified_since(kept)
            if opened_ms is None or not is_ripe(opened_ms, now_ms):
                continue
            asked_ms = self._asked_ms.get(kept.outage)
            if asked_ms is not None and now_ms - asked_ms < ASK_AGAIN_MS:
                open_[kept.outage] = asked_ms
                continue
            rows = np.intersect1d(_below(kept, register), speaks).astype(np.int32)
            known, powered = await _asked(register, pinger, rows, now_ms)
            borne = borne_out(opened_ms, now_ms, reached=known, powered=powered)
            if borne is Borne.NOT_YET:
                open_[kept.outage] = now_ms
            else:
                await _settle(system, kept, borne, known, powered)
                settled += 1
        self._asked_ms = open_
        return settled


async def _asked(register: Register, pinger: Pinger, rows: Rows, now_ms: int) -> tuple[int, int]:
    """How many of a sample of these meters were reached, and how many of them have power."""
    sample = sample_below(rows, register.trees.at(slot_of(now_ms)))
    smids = tuple(register.smid(row) for row in sample.tolist())[:PINGS_MAX]
    replies = await pinger.ping(smids) if smids else ()
    answer = np.array([ANSWER_OF.get(each.answer, Answer.NONE) for each in replies], np.int8)
    return int(reached(answer).sum()), int((answer == Answer.POWERED).sum())


async def open_places(now_ms: int, register: Register) -> tuple[OpenPlace, ...]:
    """Where a switch is open by a word that is believed: readings have not told of it yet."""
    found = []
    for kept in await recent(now_ms):
        record = kept.record
        if record.is_over or record.kind is not Kind.FAULT or not record.verified:
            continue
        found += [
            OpenPlace(
                kept.outage, nodes_of(switch.place, register), switch.opened_at_ms,
                (record.sentence_ja, record.sentence_en),
            )
            for switch in record.switches
            if switch.opened_at_ms is not None and switch.restored_at_ms is None
        ]  # fmt: skip
    return tuple(found)


def _unverified_since(kept: Kept) -> int | None:
    """When the first of its switches opened that are still open; None when all is settled."""
    record = kept.record
    if record.is_over or record.verified or record.checked is not None:
        return None
    if record.kind is not Kind.FAULT:
        return None
    opened = [
        switch.opened_at_ms
        for switch in record.switches
        if switch.opened_at_ms is not None and switch.restored_at_ms is None
    ]
    return min(opened, default=None)


def _below(kept: Kept, register: Register) -> Rows:
    places = [each.place for each in kept.record.switches if each.restored_at_ms is None]
    rows = [register.rows_under(place) for place in places]
    return np.concatenate([np.empty(0, np.intp), *rows]).astype(np.int32)


async def _settle(system: OutageSystem, kept: Kept, borne: Borne, asked: int, powered: int) -> None:
    said = DOUBTED if borne is Borne.DOUBTED else OUT if asked >= WITNESSES else UNASKED
    places = [each.place for each in kept.record.switches if each.restored_at_ms is None]
    japanese, english = (
        words.format(
            places=mark.join(places[:3]) + (more if len(places) > 3 else ""),
            asked=asked,
            powered=powered,
        )
        for words, mark, more in zip(said, ("、", ", "), ("ほか", " and others"), strict=True)
    )
    now_ms = system.clock.now_ms()
    facts = Facts(checked=borne is Borne.OUT, sentence_ja=japanese, sentence_en=english)
    entry = Entry(
        entry=f"{ENGINE}:{system.ids.fresh()}",
        source=Source.ENGINE,
        author=ENGINE,
        said_at_ms=now_ms,
        received_at_ms=now_ms,
        facts=facts,
    )
    await say(entry, system.places, system.ids, outage=kept.outage)
    system.told.ring()
