"""The payment gateway's contract: what the house asks of a card provider, in whole yen.

Nothing here knows which provider answers. An order to hold money is opened as a hosted checkout;
what became of it is learnt from `look` alone. A webhook is only a hint to look. Every order
carries a key: the same key with the same order is the same order, however often it is sent.
"""

from typing import Annotated, Literal, Protocol

from msgspec import Meta, Struct

from konsento.foundation.problems import Refusal

HOLD_YEN_MIN = 50
HOLD_YEN_MAX = 999_999
CHECKOUT_LIFE_S_MIN = 30 * 60
CHECKOUT_LIFE_S_MAX = 24 * 60 * 60

Id = Annotated[str, Meta(min_length=1, max_length=120)]
Url = Annotated[str, Meta(min_length=1, max_length=2_000)]
HeldYen = Annotated[int, Meta(ge=HOLD_YEN_MIN, le=HOLD_YEN_MAX)]
Yen = Annotated[int, Meta(ge=0, le=HOLD_YEN_MAX)]
Hold = Literal["none", "held", "captured", "cancelled"]
Status = Literal["open", "complete", "expired"]
NoticeKind = Literal["checkout", "payment", "other"]


class HoldOrder(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An order to hold `amount_yen` on the driver's card for one attempt to pay a session.

    `expires_at_s` is epoch seconds, 30 minutes to 24 hours ahead of the provider's clock.
    `description` is what the driver reads on the provider's page. Whoever sends an order again
    sends all of it unchanged, also the instant: the same key with another order is refused.
    """

    session_id: Id
    attempt: Annotated[int, Meta(ge=1, le=999)]
    amount_yen: HeldYen
    description: Annotated[str, Meta(min_length=1, max_length=250)]
    language: Literal["ja", "en"]
    success_url: Url
    cancel_url: Url
    expires_at_s: Annotated[int, Meta(ge=0)]
    email: Annotated[str, Meta(min_length=3, max_length=254)] | None = None


class Checkout(Struct, frozen=True, kw_only=True):
    """A page of the provider where the driver pays: send the browser to `url`."""

    checkout_id: str
    url: str


class CheckoutState(Struct, frozen=True, kw_only=True):
    """What the provider holds to be true of one checkout and of the money behind it.

    `status` is the page's, `hold` the money's. An open page whose card was refused stays open with
    `hold` "none" and the provider's decline code in `last_decline`. `capture_before_ms` is the
    epoch millisecond at which an uncaptured hold lapses by itself. `url` is None unless open.
    """

    checkout_id: str
    status: Status
    hold: Hold
    url: str | None = None
    payment_id: str | None = None
    held_yen: int = 0
    captured_yen: int = 0
    capture_before_ms: int | None = None
    card_brand: str | None = None
    card_last4: str | None = None
    last_decline: str | None = None


class PaymentState(Struct, frozen=True, kw_only=True):
    """The money of one payment after a capture or a release: yen held now, yen taken."""

    payment_id: str
    hold: Hold
    held_yen: int
    captured_yen: int
    capture_before_ms: int | None = None
    card_brand: str | None = None
    card_last4: str | None = None
    last_decline: str | None = None


class Notice(Struct, frozen=True, kw_only=True):
    """A verified webhook, reduced to a reason to look; its claims about money are thrown away.

    `event_id` is the provider's, the same on every redelivery. `kind` says what moved, a checkout
    or a payment; "other" needs no look.
    `session_id` and `attempt` are what the order wrote in the metadata, None when absent.
    """

    event_id: str
    kind: NoticeKind
    livemode: bool
    checkout_id: str | None = None
    payment_id: str | None = None
    session_id: str | None = None
    attempt: int | None = None


class GatewayUnavailable(Refusal):
    """The provider gave no usable answer; whether the order took effect is unknown. Ask again.

    `key_spent` says that the provider has stored a failure under the key: the same key will never
    succeed, so look first and, if the order is still wanted, send it under a new key.
    """

    status = 503
    slug = "payment-provider-unavailable"
    title = "The payment provider does not answer"

    def __init__(self, detail: str, *, key_spent: bool = False) -> None:
        super().__init__(detail)
        self.key_spent = key_spent


class GatewayRefused(Refusal):
    """The provider said no, and will say no again to the same order. `code` is its reason."""

    status = 502
    slug = "payment-provider-refused"
    title = "The payment provider refused"

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class ForgedWebhook(Refusal):
    """The webhook is unsigned, altered, too old, from the future, or not an event at all."""

    status = 400
    slug = "forged-webhook"
    title = "Not a webhook of the payment provider"


class PaymentGateway(Protocol):
    """A card provider. Every call may raise GatewayUnavailable or GatewayRefused.

    Calls name the state that is wanted, so that twice is once even under another key: expiring an
    expired checkout, capturing the captured amount and releasing a released hold all succeed.
    """

    async def open_checkout(self, order: HoldOrder, key: str) -> Checkout:
        """Open a page where the driver can let `order.amount_yen` be held."""
        ...

    async def look(self, checkout_id: str) -> CheckoutState:
        """The truth about a checkout: ask this before deciding anything about money."""
        ...

    async def find(self, session_id: str, attempt: int, *, since_ms: int) -> CheckoutState | None:
        """The checkout of an order whose reply was lost, if the provider made one.

        Searches what was created at or after `since_ms`. When there are several, the one that can
        still cost money comes first: complete, then open, then expired. None is a certain no;
        a search that could not be finished raises GatewayUnavailable instead.
        """
        ...

    async def expire(self, checkout_id: str, key: str) -> CheckoutState:
        """Close the page. A driver who paid first wins: then `status` says "complete"."""
        ...

    async def capture(self, payment_id: str, amount_yen: int, key: str) -> PaymentState:
        """Take `amount_yen` (from HOLD_YEN_MIN to what is held), once; the rest is let go.

        GatewayRefused when the hold is gone or another amount was taken already.
        """
        ...

    async def release(self, payment_id: str, key: str) -> PaymentState:
        """Let the whole hold of a complete checkout go; an open one is expired instead.

        GatewayRefused when it was captured already.
        """
        ...

    def read_webhook(self, raw: bytes, signature: str | None, now_s: int) -> Notice:
        """Verify and reduce a webhook; `raw` is the body byte for byte. Raises ForgedWebhook."""
        ...
