"""Sets of rows as bits, 64 to a word: what a sweep over all meters of a country reads.

Row r is bit r % 64 of word r // 64 (as memory has it on every machine that we run on). A set of
80 million rows takes 10 MB, so that the sweep's cost is the memory it reads and the rows it finds.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Words: TypeAlias = NDArray[np.uint64]
Rows: TypeAlias = NDArray[np.int32]

WORD_BITS = 64
# Large enough that numpy's call is nothing beside its work, small enough to stay in the cache.
CHUNK_WORDS = 1 << 17
DENSE_CHUNK_WORDS = 1 << 14
# Above so many rows in a word that has any, opening all bits beats isolating one after the other.
DENSE_ROWS_A_WORD = 8
ONE = np.uint64(1)


def words_for(rows: int) -> int:
    """How many words a set over so many rows takes."""
    return -(-rows // WORD_BITS)


def empty(rows: int) -> Words:
    """The empty set over so many rows."""
    return np.zeros(words_for(rows), np.uint64)


def of_mask(mask: NDArray[np.bool_]) -> Words:
    """The set of the rows where the mask is true."""
    packed = np.packbits(mask, bitorder="little")
    whole = np.zeros(words_for(len(mask)) * 8, np.uint8)
    whole[: len(packed)] = packed
    return whole.view(np.uint64)


def to_mask(words: Words, rows: int) -> NDArray[np.bool_]:
    """One truth for each row."""
    return np.unpackbits(words.view(np.uint8), count=rows, bitorder="little").view(np.bool_)


def has(words: Words, rows: Rows) -> NDArray[np.bool_]:
    """Whether each of these rows is in the set."""
    found = words[rows >> 6] >> (rows & 63).astype(np.uint64)
    return np.asarray(found & ONE, np.bool_)


def put(words: Words, rows: Rows) -> None:
    """Put rows into the set that are not in it, each once: adding a bit is then setting it."""
    np.add.at(words, rows >> 6, ONE << (rows & 63).astype(np.uint64))


def gathered(rows: Rows) -> tuple[NDArray[np.intp], Words]:
    """Rows in their order, each once, as words: where each word lies, and its bits."""
    at = rows >> 6
    begin = np.flatnonzero(np.diff(at, prepend=np.int32(-1)))
    bit = ONE << (rows & 63).astype(np.uint64)
    masks = np.bitwise_or.reduceat(bit, begin) if len(begin) else np.empty(0, np.uint64)
    return at[begin].astype(np.intp), masks


def take_out(words: Words, rows: Rows) -> None:
    """Take rows out of the set that are in it, each once."""
    np.subtract.at(words, rows >> 6, ONE << (rows & 63).astype(np.uint64))


def rows_in(words: Words) -> Rows:
    """The rows of the set in their order."""
    parts = [
        _rows_of_chunk(words[at : at + CHUNK_WORDS], at * WORD_BITS)
        for at in range(0, len(words), CHUNK_WORDS)
    ]
    return np.concatenate(parts) if parts else np.empty(0, np.int32)


def rows_missing(wanted: Words, there: Words, first: int = 0, last: int | None = None) -> Rows:
    """The rows of `wanted` that are not `there`, in their order; of the words first to last."""
    stop = len(wanted) if last is None else last
    parts = []
    for at in range(first, stop, CHUNK_WORDS):
        till = min(at + CHUNK_WORDS, stop)
        parts.append(_rows_of_chunk(wanted[at:till] & ~there[at:till], at * WORD_BITS))
    return np.concatenate(parts) if parts else np.empty(0, np.int32)


def _rows_of_chunk(words: Words, first_row: int) -> Rows:
    """The rows of one chunk: only its words that hold any are looked at again."""
    holding = np.flatnonzero(words != 0)
    left = words.take(holding)
    held = np.bitwise_count(left)
    place = np.cumsum(held, dtype=np.int64)
    total = int(place[-1]) if len(place) else 0
    if total > DENSE_ROWS_A_WORD * len(holding):
        return _rows_opened(words, first_row, total)
    place -= held
    base = ((holding << 6) + first_row).astype(np.int32)
    rows = np.empty(total, np.int32)
    while len(left):
        below = left - ONE
        # The number of noughts below the lowest bit is that bit's place.
        rows[place] = base + np.bitwise_count(below & ~left)
        left &= below
        again = np.flatnonzero(left != 0)
        left, base, place = left.take(again), base.take(again), place.take(again)
        place += 1
    return rows


def _rows_opened(words: Words, first_row: int, total: int) -> Rows:
    """The same where the bits lie thick: open them to bytes, a cache's worth at a time."""
    rows, done = np.empty(total, np.int32), 0
    for at in range(0, len(words), DENSE_CHUNK_WORDS):
        part = words[at : at + DENSE_CHUNK_WORDS]
        mask = np.unpackbits(part.view(np.uint8), bitorder="little").view(np.bool_)
        found = np.flatnonzero(mask)
        base = first_row + at * WORD_BITS
        np.add(found, base, out=rows[done : done + len(found)], casting="unsafe")
        done += len(found)
    return rows
