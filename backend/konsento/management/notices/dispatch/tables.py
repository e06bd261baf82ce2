"""Rows of the lane: parcels, and what is known of the hosts that they go to."""

from piccolo.columns import BigInt, Text
from piccolo.table import Table

from konsento.foundation.databases import PEOPLE
from konsento.foundation.migrations import Step


class ParcelRow(Table, tablename="parcel"):
    """One notice for one receiver: the columns are the fields of parcel.Parcel, and its end."""

    id = Text(primary_key=True)
    channel = Text()
    notice_id = Text()
    to_id = Text()
    host = Text()
    due_at_ms = BigInt()
    state = Text()
    attempts = BigInt(default=0)
    page = Text(null=True, default=None)
    ended_at_ms = BigInt(null=True, default=None)


class RoadRow(Table, tablename="parcel_host"):
    """A host that is not to be sent to before an instant, for all processes."""

    host = Text(primary_key=True)
    state = Text()
    not_before_ms = BigInt()


class BounceRow(Table, tablename="mail_bounce"):
    """How often a registration's mails came back as undelivered for now."""

    registration_id = Text(primary_key=True)
    soft = BigInt()
    last_at_ms = BigInt()


PEOPLE.owns(ParcelRow, RoadRow, BounceRow)

STEPS = (
    Step(
        "dispatch-1",
        (
            "CREATE TABLE parcel (id TEXT PRIMARY KEY, channel TEXT NOT NULL, "
            "notice_id TEXT NOT NULL, to_id TEXT NOT NULL, host TEXT NOT NULL, "
            "due_at_ms BIGINT NOT NULL, state TEXT NOT NULL, attempts BIGINT NOT NULL, "
            "page TEXT, ended_at_ms BIGINT)",
            # Only what is owed stands in it: it stays small however much was sent.
            "CREATE INDEX parcel_owed ON parcel (host, due_at_ms) WHERE state = 'owed'",
            "CREATE INDEX parcel_over ON parcel (ended_at_ms) WHERE state <> 'owed'",
            "CREATE TABLE parcel_host (host TEXT PRIMARY KEY, state TEXT NOT NULL, "
            "not_before_ms BIGINT NOT NULL)",
            "CREATE TABLE mail_bounce (registration_id TEXT PRIMARY KEY, soft BIGINT NOT NULL, "
            "last_at_ms BIGINT NOT NULL)",
        ),
    ),
)
