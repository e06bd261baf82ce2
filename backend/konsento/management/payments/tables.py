"""Rows of the payments room: attempts to pay, the ledger, and receipts."""

from piccolo.columns import BigInt, Boolean, Text
from piccolo.table import Table

from konsento.foundation.databases import PEOPLE
from konsento.foundation.migrations import Step


class PaymentRow(Table, tablename="payment"):
    """One attempt to pay a session. Amounts in yen; `state` is payment.State.

    `looked_at_ms` is when `reconcile` last took it up, in turn with all the others.
    """

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
    card_id = Text(null=True, default=None)
    remember = Boolean(default=False)
    addition_number = BigInt(default=0)
    looked_at_ms = BigInt(null=True, default=None)


class CardRow(Table, tablename="card"):
    """A card remembered for a visitor; a forgotten one stays until the provider forgot it too."""

    id = Text(primary_key=True)
    visitor = Text()
    customer_id = Text()
    method_id = Text()
    brand = Text()
    last4 = Text()
    exp_month = BigInt()
    exp_year = BigInt()
    fingerprint = Text(null=True, default=None)
    created_at_ms = BigInt()
    forgotten_at_ms = BigInt(null=True, default=None)


class AdditionRow(Table, tablename="addition"):
    """More for a session that runs; `state` is addition.State, one of a session is live."""

    id = Text(primary_key=True)
    session_id = Text()
    number = BigInt()
    state = Text()
    adds_wh = BigInt()
    adds_s = BigInt(null=True, default=None)
    energy_wh = BigInt()
    duration_s = BigInt(null=True, default=None)
    price_yen_max = BigInt()
    deadline_ms = BigInt()
    created_at_ms = BigInt()
    reason = Text(null=True, default=None)


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


class CorrectionRow(Table, tablename="correction"):
    """A bill as it should have been, told by a late register. One a session."""

    session_id = Text(primary_key=True)
    number = Text(null=True, default=None)
    corrected_at_ms = BigInt()
    closing_register_wh = BigInt()
    used_wh = BigInt()
    billed_wh = BigInt()
    price_yen = BigInt()
    tax_yen = BigInt()
    waived_yen = BigInt()
    unbilled_yen = BigInt()
    owed_back_yen = BigInt()
    refunded_yen = BigInt(default=0)
    done_at_ms = BigInt(null=True, default=None)


PEOPLE.owns(CardRow, AdditionRow, CorrectionRow, PaymentRow, LedgerRow, ReceiptRow)

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
    Step(
        "payments-correction-1",
        (
            "CREATE TABLE correction (session_id TEXT PRIMARY KEY, number TEXT, "
            "corrected_at_ms BIGINT NOT NULL, closing_register_wh BIGINT NOT NULL, "
            "used_wh BIGINT NOT NULL, billed_wh BIGINT NOT NULL, price_yen BIGINT NOT NULL, "
            "tax_yen BIGINT NOT NULL, waived_yen BIGINT NOT NULL, "
            "unbilled_yen BIGINT NOT NULL, owed_back_yen BIGINT NOT NULL, "
            "refunded_yen BIGINT NOT NULL, done_at_ms BIGINT)",
            "CREATE UNIQUE INDEX correction_number ON correction (number)",
            "CREATE INDEX correction_owed ON correction (corrected_at_ms) "
            "WHERE owed_back_yen > 0 AND done_at_ms IS NULL",
            "CREATE INDEX ledger_session ON ledger (session_id, account)",
        ),
    ),
    Step(
        "payments-card-1",
        (
            "CREATE TABLE card (id TEXT PRIMARY KEY, visitor TEXT NOT NULL, "
            "customer_id TEXT NOT NULL, method_id TEXT NOT NULL, brand TEXT NOT NULL, "
            "last4 TEXT NOT NULL, exp_month BIGINT NOT NULL, exp_year BIGINT NOT NULL, "
            "fingerprint TEXT, created_at_ms BIGINT NOT NULL, forgotten_at_ms BIGINT)",
            "CREATE UNIQUE INDEX card_method ON card (method_id)",
            "CREATE INDEX card_visitor ON card (visitor, created_at_ms)",
            "ALTER TABLE payment ADD COLUMN card_id TEXT",
            "ALTER TABLE payment ADD COLUMN remember BOOLEAN NOT NULL DEFAULT FALSE",
        ),
    ),
    Step(
        "payments-addition-1",
        (
            "CREATE TABLE addition (id TEXT PRIMARY KEY, session_id TEXT NOT NULL, "
            "number BIGINT NOT NULL, state TEXT NOT NULL, adds_wh BIGINT NOT NULL, "
            "adds_s BIGINT, energy_wh BIGINT NOT NULL, duration_s BIGINT, "
            "price_yen_max BIGINT NOT NULL, deadline_ms BIGINT NOT NULL, "
            "created_at_ms BIGINT NOT NULL, reason TEXT)",
            "CREATE UNIQUE INDEX addition_number ON addition (session_id, number)",
            "CREATE UNIQUE INDEX addition_live ON addition (session_id) "
            "WHERE state IN ('authorising', 'applying')",
            "CREATE INDEX addition_due ON addition (deadline_ms) WHERE state = 'authorising'",
            "ALTER TABLE payment ADD COLUMN addition_number BIGINT NOT NULL DEFAULT 0",
            # The session's own hold and each addition's: one live attempt for each of them.
            "DROP INDEX payment_live",
            "CREATE UNIQUE INDEX payment_live_once ON payment (session_id, addition_number) "
            "WHERE state IN ('new', 'open', 'held')",
        ),
    ),
    Step(
        "payments-looked-at-1",
        (
            "ALTER TABLE payment ADD COLUMN looked_at_ms BIGINT",
            "CREATE INDEX payment_awaited ON payment (COALESCE(looked_at_ms, created_at_ms)) "
            "WHERE state IN ('new', 'open', 'held')",
        ),
    ),
)
