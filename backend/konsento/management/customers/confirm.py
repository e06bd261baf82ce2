"""An address is confirmed by a link that was mailed to it: one purpose, 48 hours, kept as a digest.

All links of one request open the same thing, so that a mail sent twice is good in both copies;
a new request ends those of the one before.
"""

import hashlib

import msgspec
import structlog

from konsento.foundation.databases import PEOPLE
from konsento.foundation.ids import Ids
from konsento.management.customers.email_state import EmailEvent, EmailState, after
from konsento.management.customers.limits import CONFIRM_WITHIN_MS
from konsento.management.customers.links import LinkNoLongerValid
from konsento.management.customers.registration import Record, hold, keep, record_of
from konsento.management.customers.tables import ConfirmRow

log = structlog.get_logger(__name__)

MOVED = (
    "UPDATE registration SET email = NULL, email_state = {} WHERE smid = {} AND id <> {} "
    "AND email = {} AND email_state = {} AND ended_at_ms IS NULL"
)


class Mailed(msgspec.Struct, frozen=True):
    """A link that was mailed, as its row has it."""

    digest: str
    registration_id: str
    confirm_round: int
    expires_at_ms: int
    used_at_ms: int | None = None


def digest(token: str) -> str:
    """What is stored of a link's secret."""
    return hashlib.sha256(f"confirm\0{token}".encode("utf-8", "replace")).hexdigest()


async def fresh_token(registration_id: str, ids: Ids, now_ms: int) -> str | None:
    """The secret of a link, to be mailed now to the registration's address, whatever its state.

    None when nothing is to be confirmed any more: then no mail is owed.
    """
    token = ids.fresh()
    async with PEOPLE.writing() as tx:
        await hold(tx, registration_id)
        record = await record_of(registration_id)
        if record is None or record.email_state is not EmailState.TO_CONFIRM:
            return None
        made = Mailed(
            digest(token), registration_id, record.confirm_round, now_ms + CONFIRM_WITHIN_MS
        )
        await PEOPLE.add(ConfirmRow, made)
    return token


async def confirm(token: str, now_ms: int) -> Record:
    """The registration whose address is now written to. The same link again changes nothing.

    Raises LinkNoLongerValid: never given, too old, or another one was asked for since.
    """
    found = await _mailed(token)
    if found is None or found.expires_at_ms <= now_ms:
        raise LinkNoLongerValid
    async with PEOPLE.writing() as tx:
        await hold(tx, found.registration_id)
        mailed, record = await _mailed(token), await record_of(found.registration_id)
        if mailed is None or record is None:
            raise LinkNoLongerValid
        if mailed.used_at_ms is not None:
            return record
        stands = record.ended_at_ms is None and mailed.confirm_round == record.confirm_round
        if not stands or record.email_state is not EmailState.TO_CONFIRM:
            raise LinkNoLongerValid
        await _turn_on(record, mailed, now_ms)
    log.info("mail confirmed", name=record.id)
    return record


async def _turn_on(record: Record, mailed: Mailed, now_ms: int) -> None:
    state = after(record.email_state, EmailEvent.CONFIRMED)
    await keep(msgspec.structs.replace(record, email_state=state), record)
    await PEOPLE.ask(
        "UPDATE mail_confirm SET used_at_ms = {} WHERE digest = {}", now_ms, mailed.digest
    )
    # Whoever reads that mailbox registered the meter before, in a browser that has since lost its
    # cookie: they want each thing told once.
    await PEOPLE.ask(
        MOVED, EmailState.UNSET.value, record.smid, record.id, record.email, EmailState.ON.value
    )


async def forget_links(now_ms: int) -> None:
    """Those that open nothing any more."""
    async with PEOPLE.writing():
        await PEOPLE.ask("DELETE FROM mail_confirm WHERE expires_at_ms <= {}", now_ms)


async def _mailed(token: str) -> Mailed | None:
    rows = await PEOPLE.ask("SELECT * FROM mail_confirm WHERE digest = {}", digest(token))
    return msgspec.convert(rows[0], Mailed, strict=False) if rows else None
