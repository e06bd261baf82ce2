"""Where nobody is registered yet, the holder whom the utility knows hears of who registers (T8).

They need not be a user of ours: all that there is of them is an address in the utility's table.
"""

import contextlib

import msgspec

from konsento.foundation.database import Transaction
from konsento.foundation.databases import PEOPLE
from konsento.foundation.edge.rates import TooManyTries
from konsento.management.customers import events
from konsento.management.customers.email_state import EmailState
from konsento.management.customers.hands import Registry
from konsento.management.customers.limits import CONFIRM_WITHIN_MS, HOLDER_MAILS_PER_METER
from konsento.management.customers.registration import Record, record_of
from konsento.management.customers.tries import count, counted, refuse_if_spent


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """Whose meter it is, as far as they can be written to."""

    smid: str
    email: str


async def owe_holder(tx: Transaction, made: Record, registry: Registry) -> None:
    """Owe the holder a word of this registration, unless its visitor was there before.

    Who gave the holder's own address has until its link runs out to show that it is theirs; the
    mail with that link is already on its way to it. Whoever asks holds the meter's tries.
    """
    now_ms = registry.clock.now_ms()
    address = await _address(made.smid)
    if address is None or await _was_here_before(made):
        return
    mails = (counted("mails to holder", made.smid, HOLDER_MAILS_PER_METER, now_ms),)
    with contextlib.suppress(TooManyTries):
        await refuse_if_spent(mails, now_ms)
        await count(mails, now_ms)
        asked = await record_of(made.id)
        same = asked is not None and _same(asked.email, address)
        after_ms = CONFIRM_WITHIN_MS if same else 0
        await registry.outbox.owe(tx, events.TELL_HOLDER, made.id, now_ms, after_ms=after_ms)


async def holder_to_tell(registration_id: str) -> Holder | None:
    """None where there is no address, or this registration has shown that it is the holder's."""
    record = await record_of(registration_id)
    address = None if record is None else await _address(record.smid)
    if record is None or address is None:
        return None
    theirs = record.email_state is EmailState.ON and _same(record.email, address)
    return None if theirs else Holder(smid=record.smid, email=address)


def _same(one: str | None, other: str) -> bool:
    return one is not None and one.casefold() == other.casefold()


async def _address(smid: str) -> str | None:
    rows = await PEOPLE.ask("SELECT email FROM usage_point WHERE smid = {}", smid)
    return rows[0]["email"] if rows else None


async def _was_here_before(made: Record) -> bool:
    rows = await PEOPLE.ask(
        "SELECT id FROM registration WHERE smid = {} AND visitor = {} AND id <> {} LIMIT 1",
        made.smid, made.visitor, made.id,
    )  # fmt: skip
    return bool(rows)
