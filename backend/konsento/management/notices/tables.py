"""Rows of the notices room: the browsers that take pushes, and what was told of a session."""

from piccolo.columns import BigInt, Text
from piccolo.table import Table

from konsento.foundation.databases import PEOPLE
from konsento.foundation.migrations import Step


class SubscriptionRow(Table, tablename="push_subscription"):
    """One browser of one visitor. Whoever knows endpoint and keys can write to it: a secret."""

    id = Text(primary_key=True)
    visitor = Text()
    endpoint = Text()
    p256dh = Text()
    auth = Text()
    language = Text()
    created_at_ms = BigInt()
    seen_at_ms = BigInt()
    failures = BigInt(default=0)
    quarantined_at_ms = BigInt(null=True, default=None)


class NoticeRow(Table, tablename="notice"):
    """One thing told, once: the columns are the fields of notice.Notice."""

    id = Text(primary_key=True)
    kind = Text()
    visitor = Text()
    session_id = Text()
    occasion = Text()
    reason = Text(null=True, default=None)
    price_yen = BigInt(null=True, default=None)
    waived_yen = BigInt(default=0)
    unpaid_yen = BigInt(default=0)
    until_ms = BigInt(null=True, default=None)
    at_ms = BigInt()


PEOPLE.owns(SubscriptionRow, NoticeRow)

STEPS = (
    Step(
        "notices-1",
        (
            "CREATE TABLE push_subscription (id TEXT PRIMARY KEY, visitor TEXT NOT NULL, "
            "endpoint TEXT NOT NULL, p256dh TEXT NOT NULL, auth TEXT NOT NULL, "
            "language TEXT NOT NULL, created_at_ms BIGINT NOT NULL, seen_at_ms BIGINT NOT NULL, "
            "failures BIGINT NOT NULL, quarantined_at_ms BIGINT)",
            "CREATE UNIQUE INDEX push_subscription_endpoint ON push_subscription (endpoint)",
            "CREATE INDEX push_subscription_visitor ON push_subscription (visitor, seen_at_ms)",
            "CREATE INDEX push_subscription_age ON push_subscription (seen_at_ms)",
            "CREATE TABLE notice (id TEXT PRIMARY KEY, kind TEXT NOT NULL, "
            "visitor TEXT NOT NULL, session_id TEXT NOT NULL, occasion TEXT NOT NULL, "
            "reason TEXT, price_yen BIGINT, waived_yen BIGINT NOT NULL, "
            "unpaid_yen BIGINT NOT NULL, until_ms BIGINT, at_ms BIGINT NOT NULL)",
            "CREATE UNIQUE INDEX notice_once ON notice (session_id, kind, occasion)",
            "CREATE INDEX notice_age ON notice (at_ms)",
        ),
    ),
)
