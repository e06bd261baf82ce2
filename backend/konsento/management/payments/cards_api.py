"""The driver's doors to their remembered cards: which there are, and forget one."""

from typing import Annotated

import msgspec
from litestar import delete, get
from litestar.di import NamedDependency
from litestar.params import PathParameter

from konsento.management.payments.cards import cards_of, forget
from konsento.management.payments.hands import Till

CardId = Annotated[str, PathParameter(pattern=r"^[0-9a-z]{1,40}$(?!\n)", max_length=40)]


class CardView(msgspec.Struct, frozen=True, kw_only=True):
    """A card as its owner knows it; nothing of it pays anywhere else."""

    card_id: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int


class CardsView(msgspec.Struct, frozen=True):
    """The newest first."""

    cards: list[CardView]


@get("/api/cards")
async def my_cards(visitor: NamedDependency[str]) -> CardsView:
    """The cards remembered for this browser."""
    return CardsView(
        [
            CardView(
                card_id=card.id,
                brand=card.brand,
                last4=card.last4,
                exp_month=card.exp_month,
                exp_year=card.exp_year,
            )
            for card in await cards_of(visitor)
        ]
    )


@delete("/api/cards/{card_id:str}")
async def forget_card(
    card_id: CardId, visitor: NamedDependency[str], till: NamedDependency[Till]
) -> None:
    """Forget one's own card, here and at the provider; one forgotten before stays forgotten."""
    await forget(card_id, visitor, till)


HANDLERS = [my_cards, forget_card]
