"""Rows of the customers' room: the utility's table, who registered, tries, and links to confirm."""

from piccolo.columns import BigInt, Boolean, Text
from piccolo.table import Table

from konsento.foundation.databases import PEOPLE
from konsento.foundation.migrations import Step


class UsagePointRow(Table, tablename="usage_point"):
    """A meter and whose it is, as the utility says. `smid_key` is the smid as people may type it,
    without what separates; number and code are digits alone.
    """

    smid = Text(primary_key=True)
    smid_key = Text()
    customer_number = Text()
    postal_code = Text()
    area = Text()
    address = Text()
    holder = Text(null=True, default=None)
    email = Text(null=True, default=None)
    moved_out_at_ms = BigInt(null=True, default=None)


class RegistrationRow(Table, tablename="registration"):
    """One visitor's wish to be told of one meter, until it ends."""

    id = Text(primary_key=True)
    smid = Text()
    visitor = Text()
    email = Text(null=True, default=None)
    email_state = Text()
    confirm_round = BigInt(default=0)
    language = Text()
    planned_mail = Boolean()
    created_at_ms = BigInt()
    ended_at_ms = BigInt(null=True, default=None)


class TryRow(Table, tablename="customer_try"):
    """How often something was done on a day; `id` is a digest: nothing can be read from it."""

    id = Text(primary_key=True)
    tries = BigInt()
    expires_at_ms = BigInt()


class ConfirmRow(Table, tablename="mail_confirm"):
    """A link that was mailed, of which we keep only a digest, and whether it was used."""

    digest = Text(primary_key=True)
    registration_id = Text()
    confirm_round = BigInt()
    expires_at_ms = BigInt()
    used_at_ms = BigInt(null=True, default=None)


PEOPLE.owns(UsagePointRow, RegistrationRow, TryRow, ConfirmRow)

STEPS = (
    Step(
        "customers-1",
        (
            "CREATE TABLE usage_point (smid TEXT PRIMARY KEY, smid_key TEXT NOT NULL, "
            "customer_number TEXT NOT NULL, postal_code TEXT NOT NULL, area TEXT NOT NULL, "
            "address TEXT NOT NULL, holder TEXT, email TEXT, moved_out_at_ms BIGINT)",
            "CREATE UNIQUE INDEX usage_point_key ON usage_point (smid_key)",
            "CREATE INDEX usage_point_area ON usage_point (area)",
            "CREATE INDEX usage_point_left ON usage_point (moved_out_at_ms) "
            "WHERE moved_out_at_ms IS NOT NULL",
            "CREATE TABLE registration (id TEXT PRIMARY KEY, smid TEXT NOT NULL, "
            "visitor TEXT NOT NULL, email TEXT, email_state TEXT NOT NULL, "
            "confirm_round BIGINT NOT NULL, language TEXT NOT NULL, "
            "planned_mail BOOLEAN NOT NULL, created_at_ms BIGINT NOT NULL, ended_at_ms BIGINT)",
            "CREATE UNIQUE INDEX registration_live ON registration (smid, visitor) "
            "WHERE ended_at_ms IS NULL",
            "CREATE INDEX registration_visitor ON registration (visitor)",
            "CREATE INDEX registration_ended ON registration (ended_at_ms) "
            "WHERE ended_at_ms IS NOT NULL",
            "CREATE TABLE customer_try (id TEXT PRIMARY KEY, tries BIGINT NOT NULL, "
            "expires_at_ms BIGINT NOT NULL)",
            "CREATE INDEX customer_try_expires ON customer_try (expires_at_ms)",
            "CREATE TABLE mail_confirm (digest TEXT PRIMARY KEY, registration_id TEXT NOT NULL, "
            "confirm_round BIGINT NOT NULL, expires_at_ms BIGINT NOT NULL, used_at_ms BIGINT)",
            "CREATE INDEX mail_confirm_expires ON mail_confirm (expires_at_ms)",
        ),
    ),
)
