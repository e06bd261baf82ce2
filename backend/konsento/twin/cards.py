"""The test cards, by the number a person types. Any other number is refused and not kept."""

import unicodedata
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace


class Outcome(StrEnum):
    APPROVED = "approved"
    DECLINED = "declined"
    CHALLENGED = "challenged"


class Card(Struct, frozen=True):
    """What is kept of a card: never its number."""

    brand: str
    last4: str
    outcome: Outcome
    code: str | None = None
    decline_code: str | None = None
    later: Outcome | None = None  # once it is saved, where that differs
    exp_month: int = 12
    exp_year: int = 2034

    @property
    def fingerprint(self) -> str:
        """The same for the same number, whoever types it."""
        return f"{self.brand}{self.last4}"

    def saved(self) -> "Card":
        """The card as its issuer answers when it comes back without its number being typed."""
        return replace(self, outcome=self.later or self.outcome)


def _good(brand: str, last4: str) -> Card:
    return Card(brand, last4, Outcome.APPROVED)


def _declined(last4: str, code: str, decline_code: str) -> Card:
    return Card("visa", last4, Outcome.DECLINED, code, decline_code)


CARDS: dict[str, Card] = {
    "4242424242424242": _good("visa", "4242"),
    "5555555555554444": _good("mastercard", "4444"),
    "3566002020360505": _good("jcb", "0505"),
    "378282246310005": _good("amex", "0005"),
    "4000000000000002": _declined("0002", "card_declined", "generic_decline"),
    "4000000000009995": _declined("9995", "card_declined", "insufficient_funds"),
    "4000000000000069": _declined("0069", "expired_card", "expired_card"),
    "4000002500003155": Card("visa", "3155", Outcome.CHALLENGED, later=Outcome.APPROVED),
    "4000002760003184": Card("visa", "3184", Outcome.CHALLENGED),
    "4000000000000341": Card(
        "visa", "0341", Outcome.APPROVED, "card_declined", "generic_decline", Outcome.DECLINED
    ),
}


class NotACardNumber(Exception):
    """Mistyped: the length or the check digit does not fit."""


class NotATestCard(Exception):
    """It could be someone's own card: it has no business here."""


def card_of(typed: str) -> Card:
    """The test card of a typed number; spaces, hyphens and full-width digits are forgiven.

    Raises NotACardNumber or NotATestCard.
    """
    number = unicodedata.normalize("NFKC", typed[:64]).translate(str.maketrans("", "", " -‐−ー"))
    if not (number.isascii() and number.isdigit() and 12 <= len(number) <= 19):
        raise NotACardNumber
    if not has_check_digit(number):
        raise NotACardNumber
    if number not in CARDS:
        raise NotATestCard
    return CARDS[number]


def has_check_digit(number: str) -> bool:
    """ISO/IEC 7812-1, annex B: the last digit makes the doubled sum a multiple of ten."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
