"""The twin's rows: its objects, the answers kept per idempotency key, the webhooks owed."""

from piccolo.columns import BigInt, Text
from piccolo.table import Table

from konsento.foundation.database import Database
from konsento.foundation.migrations import Step

TWIN = Database("twin")


class TwinObject(Table, tablename="twin_object"):
    """A checkout, payment or refund as JSON. `due_s`: when time itself changes it."""

    id = Text(primary_key=True)
    kind = Text()
    place = BigInt()
    created_s = BigInt()
    due_s = BigInt(null=True, default=None)
    about = Text()
    state = Text()
    body = Text()


class TwinKey(Table, tablename="twin_key"):
    """The first answer to an order under a key, replayed to whoever repeats the order."""

    name = Text(primary_key=True)
    fingerprint = Text()
    status = BigInt()
    body = Text()
    kept_at_ms = BigInt()


class TwinDelivery(Table, tablename="twin_delivery"):
    """A webhook on its way; the row goes once it arrived or was given up."""

    id = Text(primary_key=True)
    body = Text()
    due_ms = BigInt()
    tries = BigInt()


TWIN.owns(TwinObject, TwinKey, TwinDelivery)

STEPS = (
    Step(
        "twin-0001",
        (
            "CREATE TABLE twin_object (id TEXT PRIMARY KEY, kind TEXT NOT NULL, "
            "place BIGINT NOT NULL, created_s BIGINT NOT NULL, due_s BIGINT, "
            "about TEXT NOT NULL, state TEXT NOT NULL, body TEXT NOT NULL)",
            "CREATE UNIQUE INDEX twin_object_place ON twin_object (kind, place)",
            "CREATE INDEX twin_object_due ON twin_object (due_s)",
            "CREATE TABLE twin_key (name TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, "
            "status BIGINT NOT NULL, body TEXT NOT NULL, kept_at_ms BIGINT NOT NULL)",
            "CREATE TABLE twin_delivery (id TEXT PRIMARY KEY, body TEXT NOT NULL, "
            "due_ms BIGINT NOT NULL, tries BIGINT NOT NULL)",
            "CREATE INDEX twin_delivery_due ON twin_delivery (due_ms)",
        ),
    ),
)
