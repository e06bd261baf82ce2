"""An address that mail is to go to: asked for, at most so often, and confirmed by a link."""

import msgspec

from konsento.foundation.database import Transaction
from konsento.foundation.problems import Refusal
from konsento.management.customers import events
from konsento.management.customers.email_state import EmailEvent, after
from konsento.management.customers.hands import Registry
from konsento.management.customers.limits import (
    CONFIRM_MAILS_PER_ADDRESS,
    CONFIRM_MAILS_PER_REGISTRATION,
)
from konsento.management.customers.registration import Record, keep
from konsento.management.customers.tries import count, counted, refuse_if_spent
from konsento_push.email import Unfit, address


class MailAddressUnfit(Refusal):
    status = 422
    slug = "mail-address-unfit"
    title = "No mail can be sent to this address."


def fit(email: str) -> str:
    """The address as it is written. Raises MailAddressUnfit."""
    try:
        return address(email).addr_spec
    except Unfit:
        raise MailAddressUnfit from None


async def ask_to_confirm(tx: Transaction, record: Record, email: str, registry: Registry) -> Record:
    """Keep the address and owe it the mail with the link, which ends every link before it.

    Within the transaction that holds the registration. Raises MailAddressUnfit, TooManyTries.
    """
    now_ms = registry.clock.now_ms()
    mails = (
        counted("mails of", record.id, CONFIRM_MAILS_PER_REGISTRATION, now_ms),
        counted("mails to", email.casefold(), CONFIRM_MAILS_PER_ADDRESS, now_ms),
    )
    for each in sorted(mails, key=lambda each: each.lock):
        await tx.lock(f"mail:{each.lock}")
    await refuse_if_spent(mails, now_ms)
    await count(mails, now_ms)
    asked = msgspec.structs.replace(
        record, email=email, email_state=after(record.email_state, EmailEvent.ASKED),
        confirm_round=record.confirm_round + 1,
    )  # fmt: skip
    await keep(asked, record)
    await registry.outbox.owe(tx, events.CONFIRM_MAIL, record.id, now_ms)
    return asked
