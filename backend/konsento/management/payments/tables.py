"""Rows of the payments room: attempts to pay, the ledger, and receipts."""

from piccolo.columns import BigInt, Text
from piccolo.table import Table

from konsento.foundation.databases import PEOPLE
from konsento.foundation.migrations import Step


class PaymentRow(Table, tablename="payment"):
    """One attempt to pay a session. Amounts in yen; `state` is payment.State."""

    id = Text(primary_key=True)
    session_id = Text()
    attempt = BigInt()
    state = Text()
    amount_yen = BigInt()
    language = Text()
    checkout_id = Text(null=True, default=None)
    checkout_url = Text(null=True, default=None)
    payment_id = Text(null=True, default=None)
    held_yen = BigInt(default=0)
    captured_yen = BigInt(default=0)
    capture_before_ms = BigInt(null=True, default=None)
    card_brand = Text(null=True, default=None)
    card_last4 = Text(null=True, default=None)
    declined = Text(null=True, default=None)
    returned_at_ms = BigInt(null=True, default=None)
    created_at_ms = BigInt()


class LedgerRow(Table, tablename="ledger"):
    """One line of a double entry; the lines of one `entry` sum to nought. Never changed."""

    id = Text(primary_key=True)
    entry = Text()
    account = Text()
    amount_yen = BigInt()
    session_id = Text()
    posted_at_ms = BigInt()


class ReceiptRow(Table, tablename="receipt"):
    """The bill of one session as it was issued. Never changed."""

    session_id = Text(primary_key=True)
    number = Text()
    issued_at_ms = BigInt()
    used_wh = BigInt()
    billed_wh = BigInt()
    price_yen = BigInt()
    tax_yen = BigInt()
    tax_rate_percent = BigInt()
    waived_yen = BigInt()
    paid_yen = BigInt()
    unpaid_yen = BigInt()


PEOPLE.owns(PaymentRow, LedgerRow, ReceiptRow)

STEPS = (
    Step(
        "payments-1",
        (
            "CREATE TABLE payment (id TEXT PRIMARY KEY, session_id TEXT NOT NULL, "
            "attempt BIGINT NOT NULL, state TEXT NOT NULL, amount_yen BIGINT NOT NULL, "
            "language TEXT NOT NULL, checkout_id TEXT, checkout_url TEXT, payment_id TEXT, "
            "held_yen BIGINT NOT NULL, captured_yen BIGINT NOT NULL, capture_before_ms BIGINT, "
            "card_brand TEXT, card_last4 TEXT, declined TEXT, returned_at_ms BIGINT, "
            "created_at_ms BIGINT NOT NULL)",
            "CREATE UNIQUE INDEX payment_attempt ON payment (session_id, attempt)",
            "CREATE UNIQUE INDEX payment_live ON payment (session_id) "
            "WHERE state IN ('new', 'open', 'held')",
            "CREATE TABLE ledger (id TEXT PRIMARY KEY, entry TEXT NOT NULL, "
            "account TEXT NOT NULL, amount_yen BIGINT NOT NULL, session_id TEXT NOT NULL, "
            "posted_at_ms BIGINT NOT NULL)",
            "CREATE UNIQUE INDEX ledger_line ON ledger (entry, account)",
            "CREATE TABLE receipt (session_id TEXT PRIMARY KEY, number TEXT NOT NULL UNIQUE, "
            "issued_at_ms BIGINT NOT NULL, used_wh BIGINT NOT NULL, billed_wh BIGINT NOT NULL, "
            "price_yen BIGINT NOT NULL, tax_yen BIGINT NOT NULL, "
            "tax_rate_percent BIGINT NOT NULL, waived_yen BIGINT NOT NULL, "
            "paid_yen BIGINT NOT NULL, unpaid_yen BIGINT NOT NULL)",
        ),
    ),
)
