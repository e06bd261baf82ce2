"""A customer registers for their meter by three things that stand on their bill (O1, T8).

Which of the three was wrong, or whether there is such a meter at all, is never told: the answer
and the work are the same. After some wrong tries a day, right ones are refused as well.
"""

import contextlib
import hmac
from typing import Any

import msgspec
import structlog

from konsento.foundation.database import Transaction
from konsento.foundation.databases import PEOPLE
from konsento.foundation.edge.rates import TooManyTries
from konsento.foundation.problems import Refusal
from konsento.management.customers import events
from konsento.management.customers.address import ask_to_confirm, fit
from konsento.management.customers.email_state import EmailState
from konsento.management.customers.hands import Registry
from konsento.management.customers.holder import owe_holder
from konsento.management.customers.limits import (
    METERS_PER_VISITOR,
    REGISTRATIONS_PER_METER,
    TRIES_PER_ASKER,
    TRIES_PER_METER,
    TRIES_PER_VISITOR,
)
from konsento.management.customers.registration import Record, hold, keep
from konsento.management.customers.tables import RegistrationRow
from konsento.management.customers.tries import Counted, count, counted, refuse_if_spent
from konsento.management.customers.typed import plain

log = structlog.get_logger(__name__)

POINT = "SELECT smid, customer_number, postal_code, moved_out_at_ms FROM usage_point "
NOBODYS = {"smid": "", "customer_number": "-", "postal_code": "-", "moved_out_at_ms": 0}


class MeterNotMatched(Refusal):
    """Whatever did not fit."""

    status = 422
    slug = "meter-not-matched"
    title = "These three do not belong together."


class TooManyRegistrations(Refusal):
    """Told only to whoever had all three right."""

    status = 409
    slug = "too-many-registrations"
    title = "No further registration is kept here; end another one first."


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """Who wants to be told of which meter; the three as they were typed."""

    visitor: str
    asker: str
    smid: str
    customer_number: str
    postal_code: str
    email: str | None
    language: str


async def register(wish: Wish, registry: Registry) -> str:
    """The id of the registration, new or there already: twice is once.

    Raises TooManyTries, MeterNotMatched, TooManyRegistrations, MailAddressUnfit.
    """
    now_ms = registry.clock.now_ms()
    registry.calls.take(wish.asker, now_ms)
    email = None if wish.email is None else fit(wish.email)
    tries = _tries(wish, now_ms)
    registered = None
    async with PEOPLE.writing(*(each.lock for each in tries)) as tx:
        await refuse_if_spent(tries, now_ms)
        smid = await _matching(wish, now_ms)
        if smid is None:
            await count(tries, now_ms)
        else:
            registered = await _keep(tx, smid, wish, email, registry)
    if registered is None:
        raise MeterNotMatched
    return registered


def _tries(wish: Wish, now_ms: int) -> tuple[Counted, ...]:
    return (
        counted("meter", plain(wish.smid), TRIES_PER_METER, now_ms),
        counted("visitor", wish.visitor, TRIES_PER_VISITOR, now_ms),
        counted("asker", wish.asker, TRIES_PER_ASKER, now_ms),
    )


async def _matching(wish: Wish, now_ms: int) -> str | None:
    """The meter's smid, if all three are one customer's who has not moved out."""
    # Until we are done nobody may move out: the customer table's load waits for this row.
    share = " FOR SHARE" if PEOPLE.engine.engine_type == "postgres" else ""
    rows = await PEOPLE.ask(f"{POINT}WHERE smid_key = {{}}{share}", plain(wish.smid))
    point: dict[str, Any] = rows[0] if rows else NOBODYS
    left_at_ms = point["moved_out_at_ms"]
    fits = [
        _same(point["customer_number"], plain(wish.customer_number)),
        _same(point["postal_code"], plain(wish.postal_code)),
        left_at_ms is None or left_at_ms > now_ms,
    ]
    return str(point["smid"]) if all(fits) else None


def _same(kept: str, typed: str) -> bool:
    return hmac.compare_digest(kept.encode(), typed.encode("utf-8", "replace"))


async def _keep(
    tx: Transaction, smid: str, wish: Wish, email: str | None, registry: Registry
) -> str:
    rows = await PEOPLE.ask(
        "SELECT * FROM registration WHERE smid = {} AND visitor = {} AND ended_at_ms IS NULL",
        smid, wish.visitor,
    )  # fmt: skip
    if not rows:
        return await _add(tx, smid, wish, email, registry)
    known = msgspec.convert(rows[0], Record, strict=False)
    await hold(tx, known.id)
    now = msgspec.structs.replace(known, language=wish.language)
    await keep(now, known)
    if email is not None and email != known.email:
        await _ask_if_any_is_left(tx, now, email, registry)
    return known.id


async def _add(
    tx: Transaction, smid: str, wish: Wish, email: str | None, registry: Registry
) -> str:
    now_ms = registry.clock.now_ms()
    others = await _live("smid", smid)
    if others >= REGISTRATIONS_PER_METER or await _live("visitor", wish.visitor) >= (
        METERS_PER_VISITOR
    ):
        raise TooManyRegistrations
    made = Record(
        id=registry.ids.fresh(), smid=smid, visitor=wish.visitor, email=None,
        email_state=EmailState.UNSET, confirm_round=0, language=wish.language, planned_mail=True,
        created_at_ms=now_ms, ended_at_ms=None,
    )  # fmt: skip
    await PEOPLE.add(RegistrationRow, made)
    if email is not None:
        await _ask_if_any_is_left(tx, made, email, registry)
    if others:
        await registry.outbox.owe(tx, events.NEW_REGISTRANT, made.id, now_ms)
    else:
        await owe_holder(tx, made, registry)
    log.info("meter registered", name=made.id, count=others + 1)
    return made.id


async def _ask_if_any_is_left(
    tx: Transaction, record: Record, email: str, registry: Registry
) -> None:
    """Unless so many were mailed today: who has all three right is registered, and seen to be, or
    a spent address would let them be tried without a trace.
    """
    with contextlib.suppress(TooManyTries):
        await ask_to_confirm(tx, record, email, registry)


async def _live(column: str, value: str) -> int:
    sql = f"SELECT COUNT(*) AS n FROM registration WHERE {column} = {{}} AND ended_at_ms IS NULL"
    return int((await PEOPLE.ask(sql, value))[0]["n"])
