"""What time alone does: pages run out, and holds nobody captured are let go."""

from konsento.twin import checkout as checkouts
from konsento.twin import payment as payments
from konsento.twin.checkout import Checkout
from konsento.twin.news import owe
from konsento.twin.orders import close_expired
from konsento.twin.payment import Payment
from konsento.twin.shelf import due, payment_of, put
from konsento.twin.views import charge_view, payment_view
from konsento.twin.world import World


async def let_lapse(world: World) -> int:
    """End what is out of time, inside the caller's transaction; returns how many ended."""
    now_s = world.now_s()
    pages = await due(Checkout, now_s)
    for page in pages:
        payment = await payment_of(page)
        await close_expired(
            world,
            checkouts.step(page, checkouts.Event.EXPIRED),
            None if payment is None else payments.lapse(payment),
        )
    holds = await due(Payment, now_s)
    for hold in holds:
        gone = payments.lapse(hold)
        await put(gone)
        charge = charge_view(gone) or {}
        await owe(
            world,
            [("charge.expired", charge), ("payment_intent.canceled", payment_view(gone))],
        )
    return len(pages) + len(holds)
