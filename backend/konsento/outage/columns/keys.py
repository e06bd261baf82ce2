"""Meter ids as fixed keys of 16 bytes, from a list of strings or from the buffers of a column.

An id that cannot be a meter's (empty, over 16 characters, with a nought in it) gets the key of
noughts, which no meter has: it is then simply not found.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Keys: TypeAlias = NDArray[np.bytes_]

SMID_CHARS = 16
_ALLOWED = np.zeros(256, np.bool_)
_ALLOWED[list(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")] = True


def keys_of(smids: Sequence[str]) -> Keys:
    """One key for each id."""
    if "\0" in "".join(smids):
        smids = ["" if "\0" in smid else smid for smid in smids]
    try:
        wide = np.array(smids, dtype="S24")
    except UnicodeEncodeError:
        plain = [smid if smid.isascii() else "" for smid in smids]
        wide = np.array(plain, dtype="S24")
    # 24 bytes are three words; an id that reaches into the third one is too long.
    thirds = wide.view(np.uint64).reshape(len(wide), 3)
    words = np.ascontiguousarray(thirds[:, :2])
    words[thirds[:, 2] != 0] = 0
    return words.view(f"S{SMID_CHARS}").ravel()


def keys_of_text(offsets: NDArray[Any], text: NDArray[np.uint8]) -> Keys:
    """One key for each string of a column: string i is text[offsets[i]:offsets[i + 1]]."""
    lengths = np.diff(offsets)
    count = len(lengths)
    keys = np.zeros((count, SMID_CHARS), np.uint8)
    if not count:
        return keys.view(f"S{SMID_CHARS}").ravel()
    begin, end = int(offsets[0]), int(offsets[-1])
    width = int(lengths[0])
    if width <= SMID_CHARS and bool((lengths == width).all()):
        keys[:, :width] = text[begin:end].reshape(count, width)
    else:
        fits = lengths <= SMID_CHARS
        inside = np.arange(SMID_CHARS) < np.where(fits, lengths, 0)[:, None]
        keys[inside] = text[begin:end][np.repeat(fits, lengths)]
    if not text[begin:end].all():
        _drop_noughts(keys, lengths)
    return keys.view(f"S{SMID_CHARS}").ravel()


def of_form(keys: Keys) -> NDArray[np.bool_]:
    """Whether each key is one a meter may have: 1 to 16 of A-Z, 0-9 and the hyphen."""
    bytes_ = keys.view(np.uint8).reshape(len(keys), SMID_CHARS)
    length = np.count_nonzero(bytes_, axis=1)
    allowed = _ALLOWED[bytes_] | (np.arange(SMID_CHARS) >= length[:, None])
    return np.asarray(allowed.all(axis=1) & (length > 0))


def _drop_noughts(keys: NDArray[np.uint8], lengths: NDArray[Any]) -> None:
    """An id with a nought in it would pass for the id without: it becomes no id at all."""
    shown = np.minimum(lengths, SMID_CHARS)
    keys[np.count_nonzero(keys, axis=1) != np.where(lengths <= SMID_CHARS, shown, 0)] = 0
