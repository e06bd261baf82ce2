"""What an Arrow IPC stream says of itself, before any of it is unpacked.

A stream of a few kilobytes can unpack to terabytes, or claim so: rows and compression are read
from the messages' own headers (Arrow columnar format, "IPC Streaming Format"; Message.fbs), so
that nothing is allocated for a batch that is refused.
"""

import struct

CONTINUATION = 0xFFFFFFFF
SCHEMA, RECORD_BATCH = 1, 3
# Fields of the tables by their number in Message.fbs.
HEADER_TYPE, HEADER, BODY_LENGTH = 1, 2, 3
LENGTH, COMPRESSION = 0, 3
MESSAGES_MAX = 10_000


def rows_said(body: bytes) -> int:
    """How many rows all record batches say they have. Raises ValueError."""
    rows, at = 0, 0
    for _ in range(MESSAGES_MAX):
        if at >= len(body):
            return rows
        if _read("<I", body, at) != CONTINUATION:
            raise ValueError("no message of an Arrow IPC stream")
        size = _read("<i", body, at + 4)
        if size == 0:
            return rows
        message = _root(body, at + 8)
        kind = _scalar(body, message, HEADER_TYPE, "<B")
        if kind == RECORD_BATCH:
            rows += _rows(body, message)
        elif kind != SCHEMA:
            raise ValueError("the stream has messages other than a schema and record batches")
        length = _scalar(body, message, BODY_LENGTH, "<q")
        if size < 0 or length < 0:
            raise ValueError("a message of less than nothing")
        at += 8 + size + length
    raise ValueError(f"the stream has more than {MESSAGES_MAX} messages")


def _rows(body: bytes, message: int) -> int:
    field = _field(body, message, HEADER)
    if not field:
        raise ValueError("a record batch without its header")
    batch = field + _read("<I", body, field)
    if _field(body, batch, COMPRESSION):
        raise ValueError("the stream is compressed")
    rows = _scalar(body, batch, LENGTH, "<q")
    if rows < 0:
        raise ValueError("a record batch of less than nothing")
    return rows


def _root(body: bytes, at: int) -> int:
    return at + _read("<I", body, at)


def _scalar(body: bytes, table: int, number: int, form: str) -> int:
    field = _field(body, table, number)
    return _read(form, body, field) if field else 0


def _field(body: bytes, table: int, number: int) -> int:
    """Where a field of a flatbuffer's table lies; 0 when it is left out."""
    vtable = table - _read("<i", body, table)
    slot = 4 + 2 * number
    if slot + 2 > _read("<H", body, vtable):
        return 0
    offset = _read("<H", body, vtable + slot)
    return table + offset if offset else 0


def _read(form: str, body: bytes, at: int) -> int:
    if at < 0 or at + struct.calcsize(form) > len(body):
        raise ValueError("a message is cut short")
    value: int = struct.unpack_from(form, body, at)[0]
    return value
