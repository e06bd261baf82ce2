"""Words of distribution automation are borne out by the meters before anybody is told."""

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from msgspec import UNSET, UnsetType, structs
from numpy.typing import NDArray

from konsento.mdms.contract import PINGS_MAX
from konsento.outage.judgement.terms import Answer, Node
from konsento.outage.judgement.word import Borne, borne_out, is_ripe, reached, sample_below
from konsento.outage.limits import ASK_AGAIN_MS, WITNESSES
from konsento.outage.outage_views import MeterJudgement
from konsento.outage.record.said import AREAS_MAX, AreaOut, Entry, Facts, Kind, Source
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


class _Word(NamedTuple):
    """A switch that is open by its word alone, and the sample that stands for those below it."""

    kept: Kept
    place: str
    opened_ms: int
    sample: Rows


class _Answered(NamedTuple):
    """How many of a sample were reached, and how many of these have power."""

    reached: int
    powered: int


class Verification:
    """When the meters below each open switch were asked last. A restart asks again.

    Each is verified by itself: that one of an outage's switches is borne out says nothing of
    another that opens later.
    """

    def __init__(self) -> None:
        self._asked_ms: dict[tuple[str, str], int] = {}

    async def step(
        self, system: OutageSystem, register: Register, pinger: Pinger, speaks: Rows
    ) -> int:
        """Ask about each word that is ripe and not yet borne out; how many were settled.

        `speaks`: the rows of the meters that can be asked: in service, and heard before.
        """
        now_ms = system.clock.now_ms()
        words = [
            word
            for kept in await recent(now_ms)
            for word in _unsettled(kept, register, speaks, now_ms)
        ]
        recently = {
            name: at_ms
            for name, at_ms in self._asked_ms.items()
            if name in {(word.kept.outage, word.place) for word in words}
            and now_ms - at_ms < ASK_AGAIN_MS
        }
        due = [word for word in words if (word.kept.outage, word.place) not in recently]
        answered = await _asked(register, pinger, [word.sample for word in due])
        found: dict[str, list[tuple[_Word, Borne, _Answered]]] = {}
        for word, (known, powered) in zip(due, answered, strict=True):
            borne = borne_out(word.opened_ms, now_ms, reached=known, powered=powered)
            if borne is Borne.NOT_YET:
                recently[word.kept.outage, word.place] = now_ms
            else:
                made = (word, borne, _Answered(known, powered))
                found.setdefault(word.kept.outage, []).append(made)
        self._asked_ms = recently
        for settled in found.values():
            await _settle(system, settled)
        return sum(len(settled) for settled in found.values())


def _unsettled(kept: Kept, register: Register, speaks: Rows, now_ms: int) -> list[_Word]:
    """The switches of a fault that are open and ripe, of which nothing was found yet."""
    record = kept.record
    if record.is_over or record.kind is not Kind.FAULT:
        return []
    trees = register.trees.at(slot_of(now_ms))
    found = []
    for switch in record.switches:
        opened_ms, place = switch.opened_at_ms, switch.place
        if opened_ms is None or switch.restored_at_ms is not None:
            continue
        if place in record.borne_out or place in record.doubted or not is_ripe(opened_ms, now_ms):
            continue
        rows = np.intersect1d(register.rows_under(place), speaks).astype(np.int32)
        found.append(_Word(kept, place, opened_ms, sample_below(rows, trees)))
    return found


async def _asked(register: Register, pinger: Pinger, samples: Sequence[Rows]) -> list[_Answered]:
    """What came back from each sample; a meter of several is asked once."""
    rows = np.unique(np.concatenate([np.empty(0, np.int32), *samples]))
    smids = [register.smid(row) for row in rows.tolist()]
    answer = np.full(len(rows), Answer.NONE, np.int8)
    for begin in range(0, len(smids), PINGS_MAX):
        place = {smid: at for at, smid in enumerate(smids[begin : begin + PINGS_MAX], begin)}
        for each in await pinger.ping(tuple(place)):
            if each.smid in place:
                answer[place[each.smid]] = ANSWER_OF.get(each.answer, Answer.NONE)
    found = []
    for sample in samples:
        own = answer[np.searchsorted(rows, sample)]
        found.append(_Answered(int(reached(own).sum()), int((own == Answer.POWERED).sum())))
    return found


async def open_places(now_ms: int, register: Register) -> tuple[OpenPlace, ...]:
    """Where a switch is open by a word that is borne out: readings have not told of it yet."""
    found = []
    for kept in await recent(now_ms):
        record = kept.record
        if record.is_over or record.kind is not Kind.FAULT:
            continue
        found += [
            OpenPlace(
                kept.outage, nodes_of(switch.place, register), switch.opened_at_ms,
                (record.sentence_ja, record.sentence_en),
            )
            for switch in record.switches
            if switch.place in record.borne_out
            and switch.opened_at_ms is not None
            and switch.restored_at_ms is None
        ]  # fmt: skip
    return tuple(found)


async def _settle(
    system: OutageSystem, settled: Sequence[tuple[_Word, Borne, _Answered]]
) -> None:  # fmt: skip
    """Say what was found of one outage's switches: first of those that are doubted."""
    for borne in (Borne.DOUBTED, Borne.OUT):
        words = [word for word, made, _ in settled if made is borne]
        answered = [answers for _, made, answers in settled if made is borne]
        if words:
            total = _Answered(
                sum(each.reached for each in answered), sum(each.powered for each in answered)
            )
            await _say(system, words, borne, total)


async def _say(
    system: OutageSystem, words: Sequence[_Word], borne: Borne, answered: _Answered
) -> None:
    kept, now_ms = words[0].kept, system.clock.now_ms()
    places = tuple(word.place for word in words)
    facts = Facts(checked=borne is Borne.OUT, checked_places=places)
    # What is known of an outage stays its reason while something that was added is in doubt.
    if borne is Borne.OUT or not kept.record.verified:
        japanese, english = _sentence(kept, places, borne, answered)
        facts = structs.replace(facts, sentence_ja=japanese, sentence_en=english)
    if borne is Borne.OUT:
        facts = structs.replace(facts, areas=_areas_with(system, kept, places))
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


def _areas_with(
    system: OutageSystem, kept: Kept, places: Sequence[str]
) -> tuple[AreaOut, ...] | UnsetType:
    """The outage's areas with those that only these places reach into; UNSET where none does."""
    known = kept.record.areas
    there = {area.area for area in known}
    more = tuple(area for area in system.places.households(places) if area.area not in there)
    return (*known, *more)[:AREAS_MAX] if known and more else UNSET


def _sentence(
    kept: Kept, new: Sequence[str], borne: Borne, answered: _Answered
) -> tuple[str, str]:  # fmt: skip
    asked, powered = answered
    said = DOUBTED if borne is Borne.DOUBTED else OUT if asked >= WITNESSES else UNASKED
    record = kept.record
    still = [each.place for each in record.switches if each.restored_at_ms is None]
    borne_out_before = () if borne is Borne.DOUBTED else record.borne_out
    places = [place for place in still if place in new or place in borne_out_before]
    japanese, english = (
        words.format(
            places=mark.join(places[:3]) + (more if len(places) > 3 else ""),
            asked=asked,
            powered=powered,
        )
        for words, mark, more in zip(said, ("、", ", "), ("ほか", " and others"), strict=True)
    )
    return japanese, english
