"""What the driver's browser does on the hosted page, each in one transaction; twice is once."""

import msgspec

from konsento.twin import checkout as checkouts
from konsento.twin import payment as payments
from konsento.twin.cards import Card
from konsento.twin.checkout import Checkout
from konsento.twin.lapses import let_lapse
from konsento.twin.news import Said, owe
from konsento.twin.payment import Payment
from konsento.twin.saved import kind_of, save_card
from konsento.twin.shelf import payment_of, put, take
from konsento.twin.tables import TWIN
from konsento.twin.views import payment_view, session_view
from konsento.twin.world import World

Page = tuple[Checkout, Payment | None]


async def see(world: World, checkout_id: str) -> Page:
    """The page as it stands now. Raises WireError (404)."""
    async with TWIN.writing("twin") as transaction:
        if await let_lapse(world):
            transaction.after_commit(world.bell.ring)
        checkout = await take(Checkout, checkout_id, "checkout.session")
        return checkout, await payment_of(checkout)


async def pay(world: World, checkout_id: str, card: Card) -> Page:
    """Try a card. On a page that is over, or that waits for proof, nothing happens."""
    async with TWIN.writing("twin") as transaction:
        await let_lapse(world)
        checkout = await take(Checkout, checkout_id, "checkout.session")
        payment = await payment_of(checkout)
        transaction.after_commit(world.bell.ring)
        if checkout.status is not checkouts.Status.OPEN:
            return checkout, payment
        if payment is not None and payment.status is payments.Status.WANTS_PROOF:
            return checkout, payment
        begun = payment or checkouts.new_payment(checkout, f"pi_{world.ids.fresh()}", world.now_s())
        tried = payments.try_card(
            begun,
            card,
            f"ch_{world.ids.fresh()}",
            now_s=world.now_s(),
            hold_life_s=world.hold_life_s,
        )
        return await _settle(world, checkout, tried)


async def prove(world: World, checkout_id: str, *, approved: bool) -> Page:
    """Answer the bank's question. When nothing is asked, nothing happens."""
    async with TWIN.writing("twin") as transaction:
        await let_lapse(world)
        checkout = await take(Checkout, checkout_id, "checkout.session")
        payment = await payment_of(checkout)
        transaction.after_commit(world.bell.ring)
        if payment is None or payment.status is not payments.Status.WANTS_PROOF:
            return checkout, payment
        answered = payments.answer_proof(
            payment, approved=approved, now_s=world.now_s(), hold_life_s=world.hold_life_s
        )
        return await _settle(world, checkout, answered)


async def _settle(world: World, checkout: Checkout, payment: Payment) -> Page:
    """Put both away and say what happened, within the caller's transaction."""
    paid = payment.status in (payments.Status.HELD, payments.Status.TAKEN)
    after = msgspec.structs.replace(checkout, payment_id=payment.id)
    if paid:
        after = checkouts.step(after, checkouts.Event.PAID)
        after, payment = await save_card(world, after, payment)
    await put(after)
    await put(payment)
    said: list[Said] = [(kind_of(payment), payment_view(payment))]
    if paid:
        said.append(("checkout.session.completed", session_view(after, payment, world.public_url)))
    await owe(world, said)
    return after, payment
