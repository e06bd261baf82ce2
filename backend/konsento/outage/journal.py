"""Evidence as it came in: kept before it is believed, under the sender's id, in one order.

What the engine knows is what the journal says, applied piece by piece; so a restart forgets
nothing. Pieces older than the snapshot that holds them lose their body and keep their id, so
that what is sent again late is still known.
"""

from collections.abc import AsyncIterator, Sequence
from enum import StrEnum
from hashlib import sha256

from msgspec import Struct

from konsento.foundation.databases import GRID
from konsento.foundation.problems import Refusal

REPLAY_PAGE = 200


class PieceKind(StrEnum):
    TABLES = "tables"
    READINGS = "readings"
    METER_EVENTS = "meter_events"


class PieceTaken(Refusal):
    status = 409
    slug = "id-taken"
    title = "This id stands for something else that was sent."


class Piece(Struct, frozen=True, kw_only=True):
    """One piece of evidence; `piece` is its sender's id."""

    seq: int
    piece: str
    kind: PieceKind
    received_at_ms: int
    body: bytes


def digest_of(body: bytes) -> str:
    """By which a piece that comes again is known, where its kind has no better way."""
    return sha256(body).hexdigest()


async def known(piece: str, kind: PieceKind, digest: str) -> bool:
    """Whether it came before. Raises PieceTaken when its id came with something else."""
    rows = await GRID.ask("SELECT kind, digest FROM outage_journal WHERE piece = {}", piece)
    if not rows:
        return False
    if (rows[0]["kind"], rows[0]["digest"]) != (kind.value, digest):
        raise PieceTaken(f"{piece} came before, with other content")
    return True


async def write_down(piece: str, kind: PieceKind, digest: str, body: bytes, now_ms: int) -> Piece:
    """Append it, within the caller's transaction; it must not be `known`."""
    rows = await GRID.ask(
        "UPDATE outage_cursor SET last = last + 1 WHERE series = 'journal' RETURNING last"
    )
    seq = int(rows[0]["last"])
    await GRID.ask(
        "INSERT INTO outage_journal (seq, piece, kind, received_at_ms, digest, body) "
        "VALUES ({}, {}, {}, {}, {}, {})",
        seq, piece, kind.value, now_ms, digest, body,
    )  # fmt: skip
    return Piece(seq=seq, piece=piece, kind=kind, received_at_ms=now_ms, body=body)


async def replay(after: int) -> AsyncIterator[Sequence[Piece]]:
    """Pieces after a number, in their order, some at a time."""
    while True:
        rows = await GRID.ask(
            "SELECT seq, piece, kind, received_at_ms, body FROM outage_journal "
            "WHERE seq > {} ORDER BY seq LIMIT {}",
            after,
            REPLAY_PAGE,
        )
        if rows:
            after = int(rows[-1]["seq"])
            yield [
                Piece(
                    seq=int(row["seq"]),
                    piece=row["piece"],
                    kind=PieceKind(row["kind"]),
                    received_at_ms=row["received_at_ms"],
                    body=bytes(row["body"]),
                )
                for row in rows
            ]
        if len(rows) < REPLAY_PAGE:
            return


async def last_tables() -> int:
    """The number of the newest load of tables; 0 when there was none."""
    rows = await GRID.ask(
        "SELECT MAX(seq) AS seq FROM outage_journal WHERE kind = {}", PieceKind.TABLES.value
    )
    return int(rows[0]["seq"] or 0)


async def empty_until(seq: int) -> int:
    """Drop the bodies of all up to a number, which a snapshot holds; how many were dropped."""
    async with GRID.writing():
        rows = await GRID.ask(
            "UPDATE outage_journal SET body = {} WHERE seq <= {} AND kind <> {} "
            "AND LENGTH(body) > 0 RETURNING seq",
            b"",
            seq,
            PieceKind.TABLES.value,
        )
    return len(rows)


async def forget_before(received_at_ms: int, seq: int) -> int:
    """Forget the ids of pieces from before an instant and not after a number."""
    async with GRID.writing():
        rows = await GRID.ask(
            "DELETE FROM outage_journal WHERE received_at_ms < {} AND seq <= {} AND kind <> {} "
            "RETURNING seq",
            received_at_ms,
            seq,
            PieceKind.TABLES.value,
        )
    return len(rows)
