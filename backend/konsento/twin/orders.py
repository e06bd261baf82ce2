"""What the merchant's key may order, each inside the transaction of its request.

An order that is refused raises WireError before it has written anything.
"""

from typing import Any

import msgspec

from konsento.twin import checkout as checkouts
from konsento.twin import payment as payments
from konsento.twin.checkout import Checkout
from konsento.twin.news import owe
from konsento.twin.payment import Payment
from konsento.twin.refusals import WireError
from konsento.twin.shelf import listed, payment_of, put, take
from konsento.twin.views import (
    Customer,
    Refund,
    View,
    check_expand,
    list_view,
    payment_view,
    refund_view,
    session_view,
)
from konsento.twin.world import World

Params = dict[str, Any]


async def create_session(world: World, params: Params, _: str) -> View:
    """A new page, open until paid or out of time."""
    expand = params.get("expand", ())
    checkout = checkouts.from_params(params, f"cs_test_{world.ids.fresh()}", world.now_s())
    if checkout.customer_id is not None:
        await take(Customer, checkout.customer_id, "customer")
    view = session_view(checkout, None, world.public_url, expand)
    await put(checkout)
    return view


async def retrieve_session(world: World, params: Params, name: str) -> View:
    """A page as it stands."""
    checkout = await take(Checkout, name, "checkout.session")
    payment = await payment_of(checkout)
    return session_view(checkout, payment, world.public_url, params.get("expand", ()))


async def list_sessions(world: World, params: Params, _: str) -> View:
    """Pages, newest first."""
    rows, more = await listed(
        Checkout, params, state=params.get("status"), about=params.get("payment_intent")
    )
    expand = _inner(params)
    views = [session_view(c, await payment_of(c), world.public_url, expand) for c in rows]
    return list_view("/v1/checkout/sessions", views, has_more=more)


async def expire_session(world: World, params: Params, name: str) -> View:
    """Close a page nobody has paid on."""
    expand = params.get("expand", ())
    checkout = checkouts.step(
        await take(Checkout, name, "checkout.session"), checkouts.Event.EXPIRED
    )
    payment = await payment_of(checkout)
    lapsed = payment and payments.lapse(payment)
    view = session_view(checkout, lapsed, world.public_url, expand)
    await close_expired(world, checkout, lapsed)
    return view


async def close_expired(world: World, checkout: Checkout, payment: Payment | None) -> None:
    """Put away a page that expired, with the payment it leaves behind, and say so."""
    await put(checkout)
    said = [("checkout.session.expired", session_view(checkout, payment, world.public_url))]
    if payment is not None:
        await put(payment)
        said.append(("payment_intent.canceled", payment_view(payment)))
    await owe(world, said)


async def retrieve_payment(world: World, params: Params, name: str) -> View:
    """A payment as it stands."""
    payment = await take(Payment, name, "payment_intent")
    return payment_view(payment, params.get("expand", ()), world.public_url)


async def list_payments(world: World, params: Params, _: str) -> View:
    """Payments, newest first."""
    rows, more = await listed(Payment, params, about=params.get("customer"))
    views = [payment_view(row, _inner(params), world.public_url) for row in rows]
    return list_view("/v1/payment_intents", views, has_more=more)


async def capture_payment(world: World, params: Params, name: str) -> View:
    """Take what is held, or a part of it, once."""
    held = await take(Payment, name, "payment_intent")
    payment = payments.capture(held, params.get("amount_to_capture"))
    if "metadata" in params:
        metadata = {**payment.metadata, **params["metadata"]}
        payment = msgspec.structs.replace(payment, metadata=metadata)
    view = payment_view(payment, params.get("expand", ()))
    await put(payment)
    await owe(world, [("payment_intent.succeeded", payment_view(payment))])
    return view


async def cancel_payment(world: World, params: Params, name: str) -> View:
    """Let a hold go. A payment whose page is still open is ended by expiring the page."""
    payment = await take(Payment, name, "payment_intent")
    if payment.checkout_id and await _is_open(payment.checkout_id):
        raise WireError(
            "This PaymentIntent belongs to an open Checkout Session: expire the session instead.",
            code="payment_intent_unexpected_state",
        )
    payment = payments.cancel(payment, params.get("cancellation_reason"))
    view = payment_view(payment, params.get("expand", ()))
    await put(payment)
    await owe(world, [("payment_intent.canceled", payment_view(payment))])
    return view


async def _is_open(checkout_id: str) -> bool:
    return (await take(Checkout, checkout_id)).status is checkouts.Status.OPEN


async def create_refund(world: World, params: Params, _: str) -> View:
    """Give back what was taken, or a part of it."""
    check_expand(params.get("expand", ()))
    taken = await take(Payment, params["payment_intent"], "payment_intent")
    payment, amount_yen = payments.refund(taken, params.get("amount"))
    refund = Refund(
        id=f"re_{world.ids.fresh()}",
        payment_id=payment.id,
        charge_id=payment.charge_id or "",
        created_s=world.now_s(),
        amount_yen=amount_yen,
        metadata=params.get("metadata", {}),
        reason=params.get("reason"),
    )
    await put(payment)
    await put(refund)
    await owe(world, [("refund.created", refund_view(refund))])
    return refund_view(refund)


async def retrieve_refund(_: World, params: Params, name: str) -> View:
    """A refund."""
    check_expand(params.get("expand", ()))
    return refund_view(await take(Refund, name, "refund"))


async def list_refunds(_: World, params: Params, __: str) -> View:
    """Refunds, newest first."""
    check_expand(params.get("expand", ()))
    rows, more = await listed(Refund, params, about=params.get("payment_intent"))
    return list_view("/v1/refunds", [refund_view(row) for row in rows], has_more=more)


def _inner(params: Params) -> list[str]:
    asked = params.get("expand", ())
    if any(not path.startswith("data.") for path in asked):
        raise WireError("This property cannot be expanded on a list.", param="expand")
    return [path.removeprefix("data.") for path in asked]
