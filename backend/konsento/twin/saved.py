"""Cards that are kept: saved on a paid page, charged without one, proven where the issuer asks."""

from typing import Any

import msgspec

from konsento.twin import payment as payments
from konsento.twin.checkout import Checkout
from konsento.twin.lapses import let_lapse
from konsento.twin.news import owe
from konsento.twin.payment import Payment, Status
from konsento.twin.refusals import WireError, no_such
from konsento.twin.shelf import listed, put, take
from konsento.twin.tables import TWIN
from konsento.twin.views import (
    Customer,
    Method,
    View,
    check_expand,
    customer_view,
    list_view,
    method_view,
    payment_view,
)
from konsento.twin.world import World

Params = dict[str, Any]


def kind_of(payment: Payment) -> str:
    """What a webhook calls that which has just happened to the payment."""
    return {
        Status.HELD: "payment_intent.amount_capturable_updated",
        Status.TAKEN: "payment_intent.succeeded",
        Status.WANTS_PROOF: "payment_intent.requires_action",
    }.get(payment.status, "payment_intent.payment_failed")


async def save_card(world: World, checkout: Checkout, payment: Payment) -> tuple[Checkout, Payment]:
    """Keep the card of a page that was opened to keep it; the customer is made if need be."""
    if not checkout.saves or payment.card is None or payment.method_id is not None:
        return checkout, payment
    customer_id = checkout.customer_id
    if customer_id is None:
        customer_id = f"cus_{world.ids.fresh()}"
        await put(Customer(id=customer_id, created_s=world.now_s(), email=checkout.email))
    method = Method(
        id=f"pm_{world.ids.fresh()}",
        created_s=world.now_s(),
        card=payment.card.saved(),
        customer_id=customer_id,
    )
    await put(method)
    return (
        msgspec.structs.replace(checkout, customer_id=customer_id),
        msgspec.structs.replace(payment, customer_id=customer_id, method_id=method.id),
    )


async def create_payment(world: World, params: Params, _: str) -> View:
    """A payment on a saved card, confirmed at once: held, refused, or waiting for a proof."""
    if not params["confirm"]:
        raise WireError("The twin confirms a payment as it makes it.", param="confirm")
    customer = await take(Customer, params["customer"], "customer")
    method = await take(Method, params["payment_method"], "PaymentMethod")
    if method.customer_id != customer.id:
        raise no_such("PaymentMethod", method.id)
    begun = Payment(
        id=f"pi_{world.ids.fresh()}",
        checkout_id="",
        created_s=world.now_s(),
        status=Status.WANTS_CARD,
        amount_yen=params["amount"],
        manual=params.get("capture_method") == "manual",
        metadata=params.get("metadata", {}),
        description=params.get("description"),
        customer_id=customer.id,
        method_id=method.id,
        return_url=params.get("return_url"),
    )
    payment = payments.try_card(
        begun,
        method.card,
        f"ch_{world.ids.fresh()}",
        now_s=world.now_s(),
        hold_life_s=world.hold_life_s,
    )
    view = payment_view(payment, params.get("expand", ()), world.public_url)
    await put(payment)
    await owe(world, [(kind_of(payment), payment_view(payment))])
    if payment.decline is not None:
        raise _declined(payment, view)
    return view


def _declined(payment: Payment, view: View) -> WireError:
    """A refused card is an error that carries the payment it leaves behind."""
    why = payment.decline
    return WireError(
        "Your card was declined.",
        code=None if why is None else why.code,
        status=402,
        kind="card_error",
        decline_code=None if why is None else why.decline_code,
        payment_intent=view,
    )


async def see_proof(world: World, payment_id: str) -> Payment:
    """The payment of a proof's page. Raises WireError (404)."""
    async with TWIN.writing("twin") as transaction:
        if await let_lapse(world):
            transaction.after_commit(world.bell.ring)
        payment = await take(Payment, payment_id, "payment_intent")
    if payment.return_url is None:
        raise no_such("payment_intent", payment_id)
    return payment


async def prove(world: World, payment_id: str, *, approved: bool) -> Payment:
    """Answer the issuer's question. When nothing is asked, nothing happens."""
    async with TWIN.writing("twin") as transaction:
        transaction.after_commit(world.bell.ring)
        payment = await take(Payment, payment_id, "payment_intent")
        if payment.return_url is None or payment.status is not Status.WANTS_PROOF:
            return payment
        answered = payments.answer_proof(
            payment, approved=approved, now_s=world.now_s(), hold_life_s=world.hold_life_s
        )
        await put(answered)
        await owe(world, [(kind_of(answered), payment_view(answered))])
        return answered


async def retrieve_customer(_: World, params: Params, name: str) -> View:
    """Somebody whose cards are kept."""
    check_expand(params.get("expand", ()))
    return customer_view(await take(Customer, name, "customer"))


async def list_methods(_: World, params: Params, name: str) -> View:
    """A customer's cards, newest first."""
    await take(Customer, name, "customer")
    check_expand(params.get("expand", ()))
    rows, more = await listed(Method, params, about=name)
    views = [method_view(row.id, row.card, row.customer_id) for row in rows]
    return list_view(f"/v1/customers/{name}/payment_methods", views, has_more=more)


async def retrieve_method(_: World, params: Params, name: str) -> View:
    """A card, also one that was detached."""
    check_expand(params.get("expand", ()))
    method = await take(Method, name, "PaymentMethod")
    return method_view(method.id, method.card, method.customer_id)


async def detach(_: World, params: Params, name: str) -> View:
    """The card is nobody's any more, for good."""
    check_expand(params.get("expand", ()))
    method = await take(Method, name, "PaymentMethod")
    if method.customer_id is None:
        raise WireError("The payment method you provided is not attached to a customer.")
    gone = msgspec.structs.replace(method, customer_id=None)
    await put(gone)
    return method_view(gone.id, gone.card, None)
