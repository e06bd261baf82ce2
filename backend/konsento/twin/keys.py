"""Idempotency keys as Stripe keeps them: the first answer, whatever it was, for a day.

The answer is written in the transaction of its effect, so a crash leaves both or neither. That a
key is in use just now is known in memory only, and rightly forgotten by a crash.
"""

import hashlib
from typing import Any

import msgspec

from konsento.twin.limits import KEY_CHARS_MAX, KEY_KEPT_MS
from konsento.twin.refusals import WireError
from konsento.twin.tables import TwinKey
from konsento.twin.views import View

Answer = tuple[int, View]


def check_key(key: str) -> None:
    """Raises WireError when the key is longer than Stripe takes."""
    if len(key) > KEY_CHARS_MAX:
        raise WireError(f"Idempotency keys have at most {KEY_CHARS_MAX} characters.")


def fingerprint(path: str, params: dict[str, Any]) -> str:
    """The same for the same order, whatever the order of its parameters on the wire."""
    said = msgspec.json.encode([path, params], order="deterministic")
    return hashlib.sha256(said).hexdigest()


async def kept_answer(key: str, print_of_order: str, now_ms: int) -> Answer | None:
    """The answer kept for this order, None when the key is new or a day old.

    Raises WireError when the key was first used for another order.
    """
    rows = await TwinKey.select().where(TwinKey.name == key)
    if not rows:
        return None
    row = rows[0]
    if now_ms - int(row["kept_at_ms"]) >= KEY_KEPT_MS:
        await TwinKey.delete().where(TwinKey.name == key)
        return None
    if row["fingerprint"] != print_of_order:
        raise WireError(
            "Keys for idempotent requests can only be used with the same parameters they were "
            "first used with.",
            kind="idempotency_error",
        )
    return int(row["status"]), msgspec.json.decode(row["body"], type=dict[str, Any])


async def keep_answer(key: str, print_of_order: str, answer: Answer, now_ms: int) -> None:
    """Keep the answer of an order that began to run, inside its transaction."""
    status, view = answer
    await TwinKey.insert(
        TwinKey(
            name=key,
            fingerprint=print_of_order,
            status=status,
            body=msgspec.json.encode(view).decode(),
            kept_at_ms=now_ms,
        )
    )


async def forget_old_keys(now_ms: int) -> None:
    """Drop the answers older than a day, inside the caller's transaction."""
    await TwinKey.delete().where(TwinKey.kept_at_ms <= now_ms - KEY_KEPT_MS)


def in_use() -> WireError:
    """Another request with the same key has not been answered yet."""
    return WireError(
        "There is currently another in-progress request using this idempotency key.",
        code="idempotency_key_in_use",
        status=409,
        kind="idempotency_error",
    )
