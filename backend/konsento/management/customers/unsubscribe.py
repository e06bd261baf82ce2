"""Mails are stopped, and begun again, by the link in each of them (RFC 8058)."""

import msgspec

from konsento.foundation.databases import PEOPLE
from konsento.management.customers.email_state import EmailEvent, after
from konsento.management.customers.links import MailList, Subscribed, read_token
from konsento.management.customers.registration import Record, hold, keep, record_of


async def stop_mails(token: str, secret: str) -> MailList:
    """No more mails of the token's list. Twice is once. Raises LinkNoLongerValid."""
    return await _turn(read_token(token, secret), EmailEvent.STOPPED)


async def resume_mails(token: str, secret: str) -> MailList:
    """Mails of the token's list again, where they were stopped. Raises LinkNoLongerValid."""
    return await _turn(read_token(token, secret), EmailEvent.RESUMED)


async def _turn(about: Subscribed, event: EmailEvent) -> MailList:
    async with PEOPLE.writing() as tx:
        await hold(tx, about.registration_id)
        record = await record_of(about.registration_id)
        if record is not None:
            await keep(_turned(record, about.mail_list, event), record)
    return about.mail_list


def _turned(record: Record, mail_list: MailList, event: EmailEvent) -> Record:
    if mail_list == "planned":
        return msgspec.structs.replace(record, planned_mail=event is EmailEvent.RESUMED)
    return msgspec.structs.replace(record, email_state=after(record.email_state, event))
