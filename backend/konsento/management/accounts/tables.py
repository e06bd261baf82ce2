"""Where a guest can be reached, by the session that asked for it."""

from piccolo.columns import BigInt, Text
from piccolo.table import Table

from konsento.foundation.databases import PEOPLE
from konsento.foundation.migrations import Step


class Guest(Table, tablename="guest"):
    """One row for a session whose driver left an e-mail address."""

    session_id = Text(primary_key=True)
    email = Text()
    language = Text()
    created_at_ms = BigInt()


PEOPLE.owns(Guest)

STEPS = (
    Step(
        "accounts-1",
        (
            "CREATE TABLE guest (session_id TEXT PRIMARY KEY, email TEXT NOT NULL, "
            "language TEXT NOT NULL, created_at_ms BIGINT NOT NULL)",
        ),
    ),
)
