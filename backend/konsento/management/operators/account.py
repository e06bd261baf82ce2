"""Operators' accounts: who keeps which facility."""

import unicodedata

import msgspec

from konsento.foundation.clock import Clock
from konsento.foundation.databases import PEOPLE
from konsento.foundation.ids import Ids
from konsento.management.operators.limits import (
    NAME_CHARS_MAX,
    PASSWORD_CHARS_MAX,
    PASSWORD_CHARS_MIN,
)
from konsento.management.operators.password import Passwords
from konsento.management.operators.tables import OperatorRow, OperatorSessionRow


class Operator(msgspec.Struct, frozen=True):
    """Somebody at the desk of one facility."""

    id: str
    name: str
    facility: str


class Account(msgspec.Struct, frozen=True):
    """An operator with what proves them."""

    operator: Operator
    password_hash: str


class UnfitAccount(ValueError):
    """A name or a password that no account may have."""


def normal(name: str) -> str:
    """A name as stored: the same for full width, capitals and stray spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


async def account_of(name: str) -> Account | None:
    rows = await OperatorRow.select().where(OperatorRow.name == normal(name))
    if not rows:
        return None
    row = rows[0]
    return Account(Operator(row["id"], row["name"], row["facility"]), row["password_hash"])


async def enrol(
    name: str, password: str, facility: str, *, passwords: Passwords, clock: Clock, ids: Ids
) -> Operator:
    """See to it that this name opens this facility with this password. Safe to repeat.

    An account that changes is signed out everywhere. Raises UnfitAccount.
    """
    name = normal(name)
    if not 0 < len(name) <= NAME_CHARS_MAX or not facility:
        raise UnfitAccount("an account needs a name and a facility")
    if not PASSWORD_CHARS_MIN <= len(password) <= PASSWORD_CHARS_MAX:
        raise UnfitAccount(f"a password has {PASSWORD_CHARS_MIN} characters or more")
    there = await account_of(name)
    kept = there.password_hash if there and there.operator.facility == facility else ""
    if there and await passwords.fits(password, kept):
        return there.operator
    kept = await passwords.keep(password, ids.token())
    async with PEOPLE.writing(f"operator:{name}"):
        rows = await PEOPLE.ask(
            "INSERT INTO operator_account (id, facility, name, password_hash, created_at_ms) "
            "VALUES ({}, {}, {}, {}, {}) ON CONFLICT (name) DO UPDATE SET "
            "facility = {}, password_hash = {} RETURNING id",
            ids.fresh(), facility, name, kept, clock.now_ms(), facility, kept,
        )  # fmt: skip
        operator = Operator(rows[0]["id"], name, facility)
        await OperatorSessionRow.delete().where(OperatorSessionRow.operator_id == operator.id)
    return operator


async def open_account(
    name: str, facility: str, password_hash: str, *, id_: str, now_ms: int
) -> None:
    """A new account, within the caller's transaction. Raises RowExists."""
    await PEOPLE.ask(
        "INSERT INTO operator_account (id, facility, name, password_hash, created_at_ms) "
        "VALUES ({}, {}, {}, {}, {})",
        id_, facility, normal(name), password_hash, now_ms,
    )  # fmt: skip
