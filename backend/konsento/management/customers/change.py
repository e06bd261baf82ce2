"""What a customer changes of their own registration: the address, planned works, its end."""

import msgspec
import structlog

from konsento.foundation.databases import PEOPLE
from konsento.management.customers.address import ask_to_confirm, fit
from konsento.management.customers.email_state import EmailEvent, EmailState, after
from konsento.management.customers.hands import Registry
from konsento.management.customers.registration import hold, keep, own, record_of

log = structlog.get_logger(__name__)


async def set_email(
    registration_id: str, visitor: str, email: str | None, registry: Registry
) -> None:
    """Write to this address once it is confirmed; to none with None.

    The same again while it is unconfirmed mails a new link; once it is confirmed nothing is done.
    Raises UnknownRegistration, MailAddressUnfit, TooManyTries.
    """
    wanted = None if email is None else fit(email)
    async with PEOPLE.writing() as tx:
        await hold(tx, registration_id)
        record = await own(registration_id, visitor)
        if wanted is None:
            state = after(record.email_state, EmailEvent.TAKEN_BACK)
            await keep(msgspec.structs.replace(record, email=None, email_state=state), record)
        elif wanted != record.email or record.email_state is not EmailState.ON:
            await ask_to_confirm(tx, record, wanted, registry)


async def set_planned(registration_id: str, visitor: str, *, wanted: bool) -> None:
    """Whether planned works are mailed. Raises UnknownRegistration."""
    async with PEOPLE.writing() as tx:
        await hold(tx, registration_id)
        record = await own(registration_id, visitor)
        await keep(msgspec.structs.replace(record, planned_mail=wanted), record)


async def unregister(registration_id: str, visitor: str, now_ms: int) -> None:
    """Nothing of this meter is told here any more. Twice is once. Raises UnknownRegistration."""
    async with PEOPLE.writing() as tx:
        await hold(tx, registration_id)
        record = await own(registration_id, visitor, ended=True)
        over = msgspec.structs.replace(
            record, email=None, email_state=EmailState.UNSET, ended_at_ms=now_ms
        )
        await keep(over, record)


async def mail_bounced(registration_id: str, address: str | None = None) -> None:
    """A mail server said for good that there is no such address: no more mail, and staff see it.

    `address`: the one that was written to, if known; it may have been changed since.
    """
    async with PEOPLE.writing() as tx:
        await hold(tx, registration_id)
        record = await record_of(registration_id)
        if record is None or (address is not None and address != record.email):
            return
        state = after(record.email_state, EmailEvent.BOUNCED)
        await keep(msgspec.structs.replace(record, email_state=state), record)
    if state is not record.email_state:
        log.warning("mail bounced", name=registration_id)
