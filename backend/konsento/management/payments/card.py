"""A card remembered for one visitor: kept by the provider, known here by a name of our own."""

import msgspec

from konsento.foundation.problems import Refusal
from konsento.management.payments.gateway import SavedCard


class UnknownCard(Refusal):
    """Also said of a card that belongs to somebody else, or was forgotten."""

    status = 404
    slug = "unknown-card"
    title = "There is no such card here."


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """The columns of payments.tables.CardRow. The provider's ids never leave the house."""

    id: str
    visitor: str
    customer_id: str
    method_id: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int
    fingerprint: str | None
    created_at_ms: int
    forgotten_at_ms: int | None = None


def remembered(saved: SavedCard, card_id: str, visitor: str, now_ms: int) -> Card:
    """What the provider kept, as this visitor's card."""
    return Card(id=card_id, visitor=visitor, created_at_ms=now_ms, **msgspec.structs.asdict(saved))


def takes_the_place_of(new: Card, old: Card) -> bool:
    """Whether both are the same card in the hand: it is shown once."""
    return new.fingerprint is not None and new.fingerprint == old.fingerprint
