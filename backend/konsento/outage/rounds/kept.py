"""What one slot leaves to the next, on disk: a restart goes on where it was."""

from collections.abc import Collection, Mapping
from typing import Any

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from konsento.foundation.databases import GRID
from konsento.outage.judgement.answers import NO_ANSWERS, Answers
from konsento.outage.judgement.evidence import Judgement
from konsento.outage.judgement.memory import Memory, Open
from konsento.outage.judgement.storm import Storm
from konsento.outage.judgement.terms import Kind, Node, Proof
from konsento.outage.rounds.breakers import Breakers, Found
from konsento.outage.rounds.lately import NOBODY_LATELY, Lately
from konsento.outage.rounds.over import Ended, Over

ALONE = "alone/"
KEYS_AT_ONCE = 500
ANSWER_TYPES = {
    "rows": "<i4", "answer": "|i1", "load": "|i1", "attempts": "<i2",
    "asked_at_ms": "<i8", "carried": "|b1",
}  # fmt: skip


class _Open(Struct, frozen=True, array_like=True):
    key: str
    kind: int
    node_kind: int
    node: int
    rows: bytes
    since_from_ms: int | None
    since_to_ms: int
    proof: int
    confirmed: bool
    parent: str | None


class _Ended(Struct, frozen=True, array_like=True):
    rows: bytes
    first_slot: int
    last_slot: int
    ended_ms: int
    proven: bytes


class _Kept(Struct, frozen=True):
    slot: int
    register_seq: int
    storm_slot: int
    norm: bytes
    since_slot: bytes
    open: list[_Open]
    asked: dict[str, bytes]
    answers: dict[str, bytes]
    back_rows: bytes = b""
    back_at_ms: bytes = b""
    ending: dict[str, bytes] = {}
    breakers: dict[str, Found] = {}
    doubted: tuple[int, ...] = ()
    over: dict[str, _Ended] = {}


class Place(Struct, frozen=True):
    """Where the rounds are: the slot being judged, by which tables, what was before, answers.

    `lately`: who spoke again after an outage. `ending`: outages that are judged no more, by key,
    until most of their meters have spoken. `over`: those that may still prove never to have been.
    `breakers`: those that were found open, by smid.
    `doubted`: the rows that somebody said are without power, and that were asked in this slot.
    """

    slot: int
    register_seq: int
    memory: Memory
    answers: Answers
    lately: Lately = NOBODY_LATELY
    ending: Mapping[str, NDArray[np.int32]] = {}
    breakers: Breakers = {}
    doubted: tuple[int, ...] = ()
    over: Over = {}


def packed(place: Place) -> bytes:
    """Bytes that `unpacked` reads."""
    memory = place.memory
    return msgspec.msgpack.encode(
        _Kept(
            place.slot,
            place.register_seq,
            memory.storm.slot,
            memory.storm.norm.astype("<i8").tobytes(),
            memory.storm.since_slot.astype("<i8").tobytes(),
            [
                _Open(
                    each.key, int(each.kind), int(each.node_kind), each.node,
                    each.rows.astype("<i4").tobytes(), each.since_from_ms, each.since_to_ms,
                    int(each.proof), each.confirmed, each.parent,
                )
                for each in memory.open
            ],
            _answers_packed(memory.asked),
            _answers_packed(place.answers),
            place.lately.rows.astype("<i4").tobytes(),
            place.lately.at_ms.astype("<i8").tobytes(),
            {key: rows.astype("<i4").tobytes() for key, rows in place.ending.items()},
            dict(place.breakers),
            place.doubted,
            {key: _ended_packed(each) for key, each in place.over.items()},
        )
    )  # fmt: skip


def unpacked(body: bytes) -> Place:
    """The place that was packed."""
    kept = msgspec.msgpack.decode(body, type=_Kept)
    storm = Storm(kept.storm_slot, _ints(kept.norm, "<i8"), _ints(kept.since_slot, "<i8"))
    standing = tuple(
        Open(
            each.key, Kind(each.kind), Node(each.node_kind), each.node, _ints(each.rows, "<i4"),
            each.since_from_ms, each.since_to_ms, Proof(each.proof), each.confirmed, each.parent,
        )
        for each in kept.open
    )  # fmt: skip
    memory = Memory(storm, standing, _answers(kept.asked))
    lately = Lately(_ints(kept.back_rows, "<i4"), _ints(kept.back_at_ms, "<i8"))
    ending = {key: _ints(rows, "<i4") for key, rows in kept.ending.items()}
    return Place(
        kept.slot, kept.register_seq, memory, _answers(kept.answers), lately, ending,
        kept.breakers, kept.doubted, {key: _ended(each) for key, each in kept.over.items()},
    )  # fmt: skip


def _ended_packed(each: Ended) -> _Ended:
    rows, proven = each.rows.astype("<i4").tobytes(), each.proven.astype("<i4").tobytes()
    return _Ended(rows, each.first_slot, each.last_slot, each.ended_ms, proven)


def _ended(each: _Ended) -> Ended:
    rows, proven = _ints(each.rows, "<i4"), _ints(each.proven, "<i4")
    return Ended(rows, each.first_slot, each.last_slot, each.ended_ms, proven)


def _ints(body: bytes, kind: str) -> NDArray[Any]:
    return np.frombuffer(body, kind).copy()


def _answers_packed(answers: Answers) -> dict[str, bytes]:
    return {
        name: getattr(answers, name).astype(kind).tobytes() for name, kind in ANSWER_TYPES.items()
    }


def _answers(columns: dict[str, bytes]) -> Answers:
    if not columns["rows"]:
        return NO_ANSWERS
    return Answers(**{name: _ints(columns[name], kind) for name, kind in ANSWER_TYPES.items()})


async def keep_place(place: Place, now_ms: int) -> None:
    """One row, in a transaction of its own."""
    body = packed(place)
    async with GRID.writing():
        await GRID.ask(
            "INSERT INTO outage_place (which, kept_at_ms, body) VALUES ('rounds', {}, {}) "
            "ON CONFLICT (which) DO UPDATE SET kept_at_ms = excluded.kept_at_ms, "
            "body = excluded.body",
            now_ms,
            body,
        )


async def kept_place() -> Place | None:
    """Where the rounds were left."""
    rows = await GRID.ask("SELECT body FROM outage_place WHERE which = 'rounds'")
    return unpacked(bytes(rows[0]["body"])) if rows else None


async def outage_of_key(key: str) -> str | None:
    """The record that a judgement's key stands for."""
    rows = await GRID.ask("SELECT outage FROM outage_judgement WHERE key = {}", key)
    return str(rows[0]["outage"]) if rows else None


async def outages_of_keys(keys: Collection[str]) -> dict[str, str]:
    """The record that each key stands for, or the one it was merged into; by key."""
    found: dict[str, str] = {}
    wanted = sorted(keys)
    for begin in range(0, len(wanted), KEYS_AT_ONCE):
        page = wanted[begin : begin + KEYS_AT_ONCE]
        places = ", ".join(["{}"] * len(page))
        rows = await GRID.ask(
            "SELECT judgement.key, COALESCE(record.merged_into, record.outage) AS outage "
            "FROM outage_judgement judgement JOIN outage_record record "
            f"ON record.outage = judgement.outage WHERE judgement.key IN ({places})",
            *page,
        )
        found |= {str(row["key"]): str(row["outage"]) for row in rows}
    return found


async def keep_key(key: str, outage: str, now_ms: int) -> None:
    """Remember it; the first stands."""
    async with GRID.writing():
        await GRID.ask(
            "INSERT INTO outage_judgement (key, outage, judged_at_ms) VALUES ({}, {}, {}) "
            "ON CONFLICT (key) DO NOTHING",
            key,
            outage,
            now_ms,
        )


async def standing_alone() -> list[str]:
    """The keys of lone meters whose records are not over."""
    rows = await GRID.ask(
        "SELECT judgement.key FROM outage_judgement judgement JOIN outage_record record "
        "ON record.outage = judgement.outage WHERE record.ended_at_ms IS NULL "
        f"AND judgement.key LIKE '{ALONE}%' ORDER BY judgement.key"
    )
    return [str(row["key"]) for row in rows]


def standing_key(judgement: Judgement) -> str:
    """A node's judgement goes by its key; a lone meter's by its row and beginning."""
    if judgement.node_kind == Node.METER:
        return f"{ALONE}{judgement.node}/{judgement.since_to_ms}"
    return judgement.key


def meter_and_since(key: str) -> tuple[int, int]:
    """The row and the beginning that a lone meter's key holds."""
    row, since_to_ms = key.removeprefix(ALONE).split("/")
    return int(row), int(since_to_ms)
