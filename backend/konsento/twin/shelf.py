"""The twin's objects put away as rows and taken out again; writers stand in a transaction."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from konsento.twin.checkout import FINAL as CHECKOUT_FINAL
from konsento.twin.checkout import Checkout
from konsento.twin.limits import LAPSES_A_GO, LIST_ROWS
from konsento.twin.payment import Payment
from konsento.twin.refusals import WireError, no_such
from konsento.twin.tables import TWIN, TwinObject
from konsento.twin.views import Customer, Method, Refund

Kept = Checkout | Payment | Refund | Customer | Method
Thing = TypeVar("Thing", Checkout, Payment, Refund, Customer, Method)


async def put(thing: Kept) -> None:
    """Put a thing away, new or changed."""
    row = _row(thing)
    known = await TwinObject.select(TwinObject.id).where(TwinObject.id == thing.id)
    if known:
        changed: dict[Any, Any] = {
            TwinObject._meta.get_column_by_name(k): v for k, v in row.items()
        }
        await TwinObject.update(changed).where(TwinObject.id == thing.id)
        return
    last = await TWIN.ask(
        "SELECT COALESCE(MAX(place), 0) AS place FROM twin_object WHERE kind = {}",
        type(thing).__name__,
    )
    await TwinObject.insert(
        TwinObject(
            **row,
            id=thing.id,
            kind=type(thing).__name__,
            created_s=thing.created_s,
            place=int(last[0]["place"]) + 1,
        )
    )


def _row(thing: Kept) -> dict[str, Any]:
    body = msgspec.json.encode(thing).decode()
    if isinstance(thing, Checkout):
        due_s = None if thing.status in CHECKOUT_FINAL else thing.expires_s
        about, state = thing.payment_id or "", str(thing.status)
    elif isinstance(thing, Payment):
        about = thing.customer_id or thing.checkout_id
        due_s, state = thing.lapses_s, str(thing.status)
    elif isinstance(thing, Customer):
        due_s, about, state = None, "", "kept"
    elif isinstance(thing, Method):
        due_s, about, state = None, thing.customer_id or "", "kept"
    else:
        due_s, about, state = None, thing.payment_id, "succeeded"
    return {"due_s": due_s, "about": about, "state": state, "body": body}


async def take(shape: type[Thing], name: str, noun: str = "object") -> Thing:
    """The thing of that id. Raises WireError (404) when there is none."""
    rows = (
        await TwinObject.select(TwinObject.body)
        .where(TwinObject.id == name)
        .where(TwinObject.kind == shape.__name__)
    )
    if not rows:
        raise no_such(noun, name)
    return msgspec.json.decode(rows[0]["body"], type=shape)


async def payment_of(checkout: Checkout) -> Payment | None:
    """The payment behind a checkout, None before a card was tried."""
    return None if checkout.payment_id is None else await take(Payment, checkout.payment_id)


async def listed(
    shape: type[Thing], params: Mapping[str, Any], **equal: str | None
) -> tuple[list[Thing], bool]:
    """A page of things, newest first, and whether there are more.

    `params` are the checked listing parameters; `equal` narrows by columns that are not None.
    """
    limit = int(params.get("limit", LIST_ROWS))
    query = TwinObject.select(TwinObject.body).where(TwinObject.kind == shape.__name__)
    created = params.get("created", {})
    if "gt" in created:
        query = query.where(TwinObject.created_s > created["gt"])
    if "gte" in created:
        query = query.where(TwinObject.created_s >= created["gte"])
    if "lt" in created:
        query = query.where(TwinObject.created_s < created["lt"])
    if "lte" in created:
        query = query.where(TwinObject.created_s <= created["lte"])
    for column, value in equal.items():
        if value is not None:
            query = query.where(TwinObject._meta.get_column_by_name(column) == value)
    if "starting_after" in params:
        query = query.where(TwinObject.place < await _place(shape.__name__, params))
    rows = await query.order_by(TwinObject.place, ascending=False).limit(limit + 1)
    things = [msgspec.json.decode(row["body"], type=shape) for row in rows]
    return things[:limit], len(things) > limit


async def _place(kind: str, params: Mapping[str, Any]) -> int:
    name = params["starting_after"]
    rows = (
        await TwinObject.select(TwinObject.place)
        .where(TwinObject.id == name)
        .where(TwinObject.kind == kind)
    )
    if not rows:
        raise WireError(
            f"No such object: '{name}'", code="resource_missing", param="starting_after"
        )
    return int(rows[0]["place"])


async def due(shape: type[Thing], now_s: int) -> list[Thing]:
    """The things whose time is up."""
    rows = (
        await TwinObject.select(TwinObject.body)
        .where(TwinObject.kind == shape.__name__)
        .where(TwinObject.due_s <= now_s)
        .order_by(TwinObject.due_s)
        .limit(LAPSES_A_GO)
    )
    return [msgspec.json.decode(row["body"], type=shape) for row in rows]
