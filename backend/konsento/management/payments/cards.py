"""Remembering and forgetting cards: the rows here, and what the provider is owed for them."""

import msgspec

from konsento.foundation.database import Transaction
from konsento.foundation.databases import PEOPLE
from konsento.foundation.outbox import Task
from konsento.management.payments import events
from konsento.management.payments.card import Card, UnknownCard, remembered, takes_the_place_of
from konsento.management.payments.gateway import SavedCard
from konsento.management.payments.hands import Till
from konsento.management.payments.tables import CardRow

CARDS_MAX = 10  # of one visitor; the oldest makes room


async def cards_of(visitor: str) -> list[Card]:
    """The newest first."""
    rows = (
        await CardRow.select()
        .where((CardRow.visitor == visitor) & CardRow.forgotten_at_ms.is_null())
        .order_by(CardRow.created_at_ms, ascending=False)
        .limit(CARDS_MAX)
    )
    return msgspec.convert(rows, list[Card])


async def card_by_id(card_id: str) -> Card:
    """Also a forgotten one. Raises UnknownCard."""
    rows = await CardRow.select().where(CardRow.id == card_id)
    if not rows:
        raise UnknownCard
    return msgspec.convert(rows[0], Card)


async def card_for(card_id: str, visitor: str) -> Card:
    """One's own card, to pay with. Raises UnknownCard, the same for missing and for foreign."""
    rows = await CardRow.select().where(
        (CardRow.id == card_id) & (CardRow.visitor == visitor) & CardRow.forgotten_at_ms.is_null()
    )
    if not rows:
        raise UnknownCard
    return msgspec.convert(rows[0], Card)


async def customer_of(visitor: str) -> str | None:
    """The provider's name for who pays from this browser, once it has one."""
    rows = (
        await CardRow.select(CardRow.customer_id)
        .where(CardRow.visitor == visitor)
        .order_by(CardRow.created_at_ms, ascending=False)
        .limit(1)
    )
    return rows[0]["customer_id"] if rows else None


async def remember(tx: Transaction, visitor: str, saved: SavedCard, till: Till) -> None:
    """Within a transaction; a card that is kept already is kept once."""
    rows = await CardRow.select(CardRow.id).where(CardRow.method_id == saved.method_id)
    if rows:
        return
    now_ms = till.charging.clock.now_ms()
    new = remembered(saved, till.charging.ids.fresh(), visitor, now_ms)
    others = await cards_of(visitor)
    for place, old in enumerate(others, 2):
        if takes_the_place_of(new, old) or place > CARDS_MAX:
            await _forget(tx, old, till)
    await CardRow.insert(CardRow(**msgspec.structs.asdict(new)))


async def forget(card_id: str, visitor: str, till: Till) -> None:
    """One's own card is forgotten here at once, and at the provider after it. Twice is once.

    Raises UnknownCard.
    """
    async with PEOPLE.writing(f"cards:{visitor}") as tx:
        card = await card_by_id(card_id)
        if card.visitor != visitor:
            raise UnknownCard
        if card.forgotten_at_ms is None:
            await _forget(tx, card, till)


async def _forget(tx: Transaction, card: Card, till: Till) -> None:
    now_ms = till.charging.clock.now_ms()
    await CardRow.update({CardRow.forgotten_at_ms: now_ms}).where(CardRow.id == card.id)
    await till.charging.outbox.owe(tx, events.FORGET_CARD, card.id, now_ms)


async def forget_task(task: Task, till: Till) -> None:
    """Have the provider forget card `task.subject`; safe to repeat."""
    card = await card_by_id(task.subject)
    key = f"forget-{card.id}" + (f"-{task.attempts}" if task.attempts > 1 else "")
    await till.gateway.forget_card(card.method_id, key)
