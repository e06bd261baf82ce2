"""Remembered cards at Stripe: holds without a page, made and confirmed in one order.

Reached through the gateway, which lends its client and its way of asking. A payment on a card
that was refused is left behind unconfirmed; it is ended by whoever closes the attempt.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from konsento.management.payments.gateway import (
    CardOrder,
    CheckoutState,
    GatewayRefused,
    GatewayUnavailable,
    Hold,
    Status,
)
from konsento.management.payments.stripe_wire import (
    Payment,
    PaymentPage,
    payment_state,
    read_answer,
)

PREFIX = "pi_"  # what Stripe's name of a payment begins with, and that of a page does not
LOOKED_AT = ["latest_charge", "payment_method"]
SEARCH_PAGE_ROWS = 100
SEARCH_PAGES_MAX = 50
SEARCH_RANK = {"complete": 0, "open": 1, "expired": 2}
GONE = frozenset({"resource_missing", "payment_method_unexpected_state"})


def card_params(order: CardOrder) -> dict[str, Any]:
    """The order in Stripe's parameters: a payment made and confirmed at once, not captured."""
    return {
        "amount": order.amount_yen,
        "currency": "jpy",
        "customer": order.customer_id,
        "payment_method": order.method_id,
        "allowed_payment_method_types": ["card"],
        "capture_method": "manual",
        "confirm": True,
        "description": order.description,
        "metadata": {"session_id": order.session_id, "attempt": str(order.attempt)},
        "return_url": order.return_url,
    }


def hold_state(payment: Payment) -> CheckoutState:
    """A payment on a remembered card, in the words for an attempt."""
    money = payment_state(payment)
    asked = payment.next_action.redirect_to_url if payment.next_action is not None else None
    status: dict[Hold, Status] = {"none": "open", "cancelled": "expired"}
    return CheckoutState(
        checkout_id=payment.id,
        status=status.get(money.hold, "complete"),
        url=asked.url if asked is not None and money.hold == "none" else None,
        payment_id=payment.id,
        hold=money.hold,
        held_yen=money.held_yen,
        captured_yen=money.captured_yen,
        capture_before_ms=money.capture_before_ms,
        card_brand=money.card_brand,
        card_last4=money.card_last4,
        last_decline=money.last_decline,
    )


def is_payment(name: str) -> bool:
    """Whether an attempt's name is that of a payment on a card, not of a page."""
    return name.startswith(PREFIX)


class StripeCards:
    """Payments on remembered cards; `v1` are the SDK's services, `asked` awaits one of them."""

    def __init__(self, v1: Any, asked: Callable[[Awaitable[Any]], Awaitable[object]]) -> None:
        self._v1 = v1
        self._asked = asked

    async def hold(self, order: CardOrder, key: str) -> CheckoutState:
        try:
            call = self._v1.payment_intents.create_async(
                card_params(order), {"idempotency_key": key}
            )
            name = read_answer(await self._asked(call), Payment).id
        except GatewayRefused as refused:
            if refused.payment_id is None:
                raise
            name = refused.payment_id  # a refused card leaves its payment behind
        # An answer kept under the key tells how it was then; this tells how it is.
        return await self.look(name)

    async def look(self, name: str) -> CheckoutState:
        call = self._v1.payment_intents.retrieve_async(name, {"expand": LOOKED_AT})
        return hold_state(read_answer(await self._asked(call), Payment))

    async def close(self, name: str, key: str) -> CheckoutState:
        state = await self.look(name)
        if state.status != "open":
            return state
        refusal: GatewayRefused | None = None
        try:
            await self._asked(
                self._v1.payment_intents.cancel_async(name, {}, {"idempotency_key": key})
            )
        except GatewayRefused as error:
            refusal = error
        state = await self.look(name)
        if state.status == "open":
            raise refusal or GatewayUnavailable("the payment can still be proven")
        return state

    async def find(
        self, session_id: str, attempt: int, customer_id: str, *, since_ms: int
    ) -> CheckoutState | None:
        wanted = {"session_id": session_id, "attempt": str(attempt)}.items()
        found: list[CheckoutState] = []
        params: dict[str, Any] = {
            "customer": customer_id,
            "created": {"gte": since_ms // 1000},
            "limit": SEARCH_PAGE_ROWS,
        }
        for _ in range(SEARCH_PAGES_MAX):
            answer = await self._asked(self._v1.payment_intents.list_async(dict(params)))
            page = read_answer(answer, PaymentPage)
            found += [hold_state(one) for one in page.data if wanted <= one.metadata.items()]
            if not page.has_more or not page.data:
                break
            params["starting_after"] = page.data[-1].id
        else:
            raise GatewayUnavailable("more payments than a search may read")
        if not found:
            return None
        best = min(found, key=lambda one: SEARCH_RANK[one.status])
        return await self.look(best.checkout_id)

    async def forget(self, method_id: str, key: str) -> None:
        try:
            await self._asked(
                self._v1.payment_methods.detach_async(method_id, {}, {"idempotency_key": key})
            )
        except GatewayRefused as refused:
            call = self._v1.payment_methods.retrieve_async(method_id)
            if refused.code not in GONE and not await self._is_nobodys(call):
                raise

    async def _is_nobodys(self, call: Awaitable[Any]) -> bool:
        answer = await self._asked(call)
        return isinstance(answer, dict) and answer.get("customer") is None
