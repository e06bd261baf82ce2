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
    `description` is what the driver reads on the provider's page. With `remember` the provider
    keeps the card for `customer_id`, or for a customer it makes. Whoever sends an order again
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
    remember: bool = False
    customer_id: Id | None = None


class CardOrder(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An order to hold `amount_yen` on a remembered card, without a page.

    `return_url` is where the browser comes back from the issuer's question, should there be one.
    """

    session_id: Id
    attempt: Annotated[int, Meta(ge=1, le=999)]
    amount_yen: HeldYen
    description: Annotated[str, Meta(min_length=1, max_length=250)]
    customer_id: Id
    method_id: Id
    return_url: Url


class SavedCard(Struct, frozen=True, kw_only=True):
    """A card the provider keeps; `fingerprint` is the same for the same card number."""

    customer_id: str
    method_id: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int
    fingerprint: str | None = None


class Checkout(Struct, frozen=True, kw_only=True):
    """A page of the provider where the driver pays: send the browser to `url`."""

    checkout_id: str
    url: str


class CheckoutState(Struct, frozen=True, kw_only=True):
    """What the provider holds to be true of one attempt to pay and of the money behind it.

    The attempt is a page, or an order on a remembered card; `checkout_id` is its name, and what
    is said of a page holds for both. An order on a card has a `url` while its issuer asks.

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
    saved_card: SavedCard | None = None


class PaymentState(Struct, frozen=True, kw_only=True):
    """The money of one payment after a capture, release or refund: yen held, taken, given back."""

    payment_id: str
    hold: Hold
    held_yen: int
    captured_yen: int
    refunded_yen: int = 0
    capture_before_ms: int | None = None
    card_brand: str | None = None
    card_last4: str | None = None
    last_decline: str | None = None


class Notice(Struct, frozen=True, kw_only=True):
    """A verified webhook, reduced to a reason to look; its claims about money are thrown away.

    `event_id` is the provider's, the same on every redelivery. `kind` says what moved, a checkout
    or a payment; "other" needs no look.
    `says_held`: it tells no more than that the money is held, which is no news to who knows it.
    `session_id` and `attempt` are what the order wrote in the metadata, None when absent.
    """

    event_id: str
    kind: NoticeKind
    livemode: bool
    says_held: bool = False
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

    def __init__(self, code: str, payment_id: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.payment_id = payment_id  # what a refused card left behind


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

    async def hold_on_card(self, order: CardOrder, key: str) -> CheckoutState:
        """Have `order.amount_yen` held on a remembered card.

        A card that is refused is no error: then nothing is held and `last_decline` says why.
        """
        ...

    async def find_on_card(
        self, session_id: str, attempt: int, customer_id: str, *, since_ms: int
    ) -> CheckoutState | None:
        """As `find`, of an order on a remembered card of this customer."""
        ...

    async def forget_card(self, method_id: str, key: str) -> None:
        """See to it that nothing can be held on this card any more."""
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

    async def refund(self, payment_id: str, total_yen: int, key: str) -> PaymentState:
        """See to it that `total_yen` of what was captured has been given back, all in all.

        GatewayRefused when less was captured than that.
        """
        ...

    def read_webhook(self, raw: bytes, signature: str | None, now_s: int) -> Notice:
        """Verify and reduce a webhook; `raw` is the body byte for byte. Raises ForgedWebhook."""
        ...
