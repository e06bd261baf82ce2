"""The receipt as a mail: how the charge ended and what it cost, first of all. Pure.

The place is not in the subject: a subject is read on a locked screen by whoever passes.
"""

import msgspec

from konsento.management.notices import figures
from konsento.management.notices.tongues import BRANDS, TONGUES, Tongue
from konsento.management.payments.paper import ReceiptView
from konsento.management.payments.view import Text


class Words(msgspec.Struct, frozen=True):
    """A subject of one line and a plain text."""

    subject: str
    text: str


def receipt_link(public_url: str, session_id: str) -> str:
    """The receipt's page, for the browser that charged."""
    return f"{public_url}/s/{session_id}/receipt"


def receipt_mail(receipt: ReceiptView, language: str, public_url: str) -> Words:
    """The mail in "ja" or "en"; any other language is answered in English."""
    language = language if language in TONGUES else "en"
    say = TONGUES[language]
    due_yen = receipt.price_yen - receipt.waived_yen
    total = figures.yen(due_yen, language)
    lines = [
        *_outcome(receipt, say, language),
        "",
        *_facts(receipt, say, language),
        "",
        say.receipt,
        receipt_link(public_url, receipt.session_id),
        say.where,
        "",
        say.footer,
    ]
    subject = say.subject.format(sum=total) if due_yen else say.subject_free
    return Words(subject=subject, text="\n".join(lines) + "\n")


def _outcome(receipt: ReceiptView, say: Tongue, language: str) -> list[str]:
    """What happened to the charge and to the money, then why it ended."""
    unpaid_yen = receipt.unpaid_yen
    if unpaid_yen:
        head = say.unpaid.format(unpaid=figures.yen(unpaid_yen, language))
    elif receipt.paid_yen:
        head = say.done.format(sum=figures.yen(receipt.paid_yen, language))
    else:
        head = say.free
    lines = [head]
    if receipt.end_reason == "start_failed" and receipt.used_wh:
        lines.append(say.cut_short)
    elif why := say.why.get(receipt.end_reason or ""):
        lines.append(why)
    if receipt.waived_yen:
        lines.append(say.waived.format(sum=figures.yen(receipt.waived_yen, language)))
    return lines


def _facts(receipt: ReceiptView, say: Tongue, language: str) -> list[str]:
    """Place, time, energy, price, tax, card, and who issued the receipt."""

    def bracket(outer: str, inner: str) -> str:
        return say.bracket.format(outer=outer, inner=inner)

    def words(text: Text) -> str:
        return text.ja if language == "ja" else text.en

    outlet, due_yen = receipt.outlet, receipt.price_yen - receipt.waived_yen
    price = figures.unit_price(receipt.unit_price_myen_per_kwh, language)
    power = say.power.get(receipt.power_type, receipt.power_type)
    gap = "、" if language == "ja" else ", "
    tax = say.tax.format(rate=receipt.tax_rate_percent, tax=figures.yen(receipt.tax_yen, language))
    facts = [
        (say.place, bracket(words(outlet.place), outlet.label)),
        (say.when, _when(receipt, language)),
        (say.used, bracket(figures.energy(receipt.billed_wh), f"{power}{gap}{price}")),
        (say.total, bracket(figures.yen(due_yen, language), tax)),
        (say.card, _card(receipt, say)),
        (say.number, receipt.number),
        (say.issuer, bracket(
            words(receipt.issuer.name),
            say.registration.format(number=receipt.issuer.registration_number),
        )),
    ]  # fmt: skip
    return [say.field.format(name=name, value=value) for name, value in facts if value]


def _when(receipt: ReceiptView, language: str) -> str:
    begun_ms, ended_ms = receipt.started_at_ms, receipt.ended_at_ms
    if begun_ms is not None and ended_ms is not None:
        return figures.span(begun_ms, ended_ms, language)
    at_ms = ended_ms or receipt.issued_at_ms
    return f"{figures.day(at_ms, language)} {figures.clock(at_ms)}"


def _card(receipt: ReceiptView, say: Tongue) -> str:
    """Nothing when nothing was taken from a card."""
    brand = BRANDS.get(receipt.card_brand or "", (receipt.card_brand or "").title())
    if not receipt.paid_yen or not brand:
        return ""
    if not receipt.card_last4:
        return brand
    return say.card_last4.format(brand=brand, last4=receipt.card_last4)
