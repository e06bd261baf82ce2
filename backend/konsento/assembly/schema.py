"""The steps by which each database grows, of all rooms in it."""

from konsento.foundation.edge.idempotency import IDEMPOTENCY
from konsento.foundation.inbox import INBOX, INBOX_AGE
from konsento.foundation.outbox import OUTBOX, OUTBOX_FRESH
from konsento.management.accounts import tables as accounts
from konsento.management.charging import tables as charging
from konsento.management.customers import tables as customers
from konsento.management.notices import tables as notices
from konsento.management.notices.dispatch import tables as dispatch
from konsento.management.notices.outages import tables as power
from konsento.management.operators import tables as operators
from konsento.management.payments import tables as payments
from konsento.management.retail import tables as retail
from konsento.mdms.migrations import STEPS as MDMS_STEPS
from konsento.outage.migrations import STEPS as OUTAGE_STEPS

GRID_STEPS = (*MDMS_STEPS, *OUTAGE_STEPS)
PEOPLE_STEPS = (
    OUTBOX,
    OUTBOX_FRESH,
    INBOX,
    INBOX_AGE,
    IDEMPOTENCY,
    *accounts.STEPS,
    *customers.STEPS,
    *charging.STEPS,
    *retail.STEPS,
    *payments.STEPS,
    *notices.STEPS,
    *dispatch.STEPS,
    *power.STEPS,
    *operators.STEPS,
)
