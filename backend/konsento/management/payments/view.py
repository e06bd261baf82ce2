"""A session as its driver sees it: the charge, its price so far, and where the money is."""

from typing import Any, Literal

import msgspec

from konsento.management.charging.outlet_code import label
from konsento.management.charging.record import Session, left_s
from konsento.management.charging.session import OVER, Reason, RestBecause, State
from konsento.management.charging.store import Outlet, outlet_by_code, samples_between
from konsento.management.payments.addition import holds_yen
from konsento.management.payments.addition_view import AdditionView, all_in_all, shown
from konsento.management.payments.additions import additions_of
from konsento.management.payments.interruption import (
    Interruption,
    interruption_of,
    rest_of,
    resume_by_ms,
)
from konsento.management.payments.payment import Payment
from konsento.management.payments.payment import State as PaymentState
from konsento.management.payments.receipt import CorrectedReceipt, Receipt, receipt_of
from konsento.management.payments.settlement import waived_yen
from konsento.management.payments.store import payments_of
from konsento.management.retail.power_type import PowerType
from konsento.management.retail.pricing import By
from konsento.management.retail.quote import Quote, quote_of_session
from konsento.management.retail.tariff import Retailer, retailer
from konsento.mdms.contract import CountedFrom
from konsento.measures.power import shortest_s
from konsento.measures.price import carbon_g, price_yen


class Text(msgspec.Struct, frozen=True):
    """The same words in both languages."""

    ja: str
    en: str


class OutletCard(msgspec.Struct, frozen=True):
    """Where one charges; `phone` is the facility's, where it has one for its drivers."""

    code: str
    label: str
    place: Text
    hint: Text
    voltage_v: int
    power_w_max: int
    phone: str | None = None


class PaymentView(msgspec.Struct, frozen=True):
    """Yen. `checking`: the browser came back and the provider's word is awaited."""

    state: Literal["none", "checking", "held", "refused", "released", "captured", "waived"]
    held_yen: int = 0
    captured_yen: int = 0
    card_brand: str | None = None
    card_last4: str | None = None


class SessionView(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the phone shows. Wh, W, yen, g, s; instants epoch ms.

    `mine` is false for who joined by a link: such a view tells no card and no page to pay at.

    `price_yen` is what the energy so far comes to, `due_yen` what is taken if it ends now.
    `samples` are (at_ms, power_w, used_wh), those newer than the sequence asked for.
    `deadline_ms` is when this state is ended by us; `left_s` an estimate while power flows.
    `pause` is the number of its last pause, which is what is resumed from, `rest_because` why it
    is paused, and `resume_by_ms` until when it can be resumed. `interrupted` while there is no
    power at the outlet.
    """

    session_id: str
    mine: bool
    state: State
    outlet: OutletCard
    by: By
    energy_wh: int
    duration_s: int | None
    counted_from: CountedFrom
    power_type: PowerType
    retailer: Text
    unit_price_myen_per_kwh: int
    carbon_g_per_kwh: int
    price_yen_max: int
    pay_url: str | None
    payment: PaymentView
    used_wh: int
    price_yen: int
    due_yen: int
    carbon_g: int
    power_w: int | None
    register_wh: int | None
    opening_register_wh: int | None
    closing_register_wh: int | None
    created_at_ms: int
    authorised_at_ms: int | None
    accepted_at_ms: int | None
    switched_on_at_ms: int | None
    ended_at_ms: int | None
    measured_at_ms: int | None
    deadline_ms: int | None
    left_s: int | None
    end_reason: Reason | None
    samples: list[tuple[int, int, int]]
    pause: int
    sequence: int
    now_ms: int
    receipt_ready: bool
    addition: AdditionView | None = None
    interrupted: Interruption | None = None
    rest_because: RestBecause | None = None
    resume_by_ms: int | None = None


# The facts of a session that are shown under the name they have.
AS_IT_STANDS = (
    "state", "counted_from", "used_wh", "power_w", "register_wh",
    "opening_register_wh", "closing_register_wh", "created_at_ms", "authorised_at_ms",
    "accepted_at_ms", "switched_on_at_ms", "ended_at_ms", "measured_at_ms", "pause",
    "sequence",
)  # fmt: skip


def outlet_card(outlet: Outlet) -> OutletCard:
    return OutletCard(
        code=outlet.code,
        label=label(outlet.code),
        place=Text(outlet.title_ja, outlet.title_en),
        hint=Text(outlet.hint_ja, outlet.hint_en),
        voltage_v=outlet.voltage_v,
        power_w_max=outlet.power_w_max,
        phone=outlet.phone,
    )


def payment_view(payment: Payment | None, receipt: Receipt | None) -> PaymentView:
    """Where the money is, in the phone's words."""
    waived = receipt is not None and receipt.waived_yen > 0 and receipt.due_yen == 0
    if payment is None:
        return PaymentView("waived" if waived else "none")
    shown: dict[PaymentState, str] = {
        PaymentState.HELD: "held",
        PaymentState.CAPTURED: "captured",
        PaymentState.RELEASED: "released",
        PaymentState.LOST: "released",
    }
    taken_yen = payment.captured_yen
    if isinstance(receipt, CorrectedReceipt):
        taken_yen = min(taken_yen, receipt.due_yen)  # the rest was given back, or is on its way
    waiting = "refused" if payment.declined else "checking" if payment.returned_at_ms else "none"
    return PaymentView(
        state="waived" if waived else shown.get(payment.state, waiting),  # type: ignore[arg-type]
        held_yen=payment.held_yen,
        captured_yen=taken_yen,
        card_brand=payment.card_brand,
        card_last4=payment.card_last4,
    )


def so_far_yen(session: Session, quote: Quote) -> int:
    """The live price: the bill's own rule, never above the promise."""
    return min(price_yen(session.used_wh, quote.unit_price_myen_per_kwh), most_yen(session, quote))


def most_yen(session: Session, quote: Quote) -> int:
    """The most it can cost: the price of all that was ordered, what was added included."""
    return price_yen(session.energy_wh_max, quote.unit_price_myen_per_kwh)


class Parts(msgspec.Struct, frozen=True):
    """What a view is made of; `holds_yen` is the most of each hold."""

    outlet: Outlet
    quote: Quote
    retailer: Retailer
    payment: Payment | None
    receipt: Receipt | None
    addition: AdditionView | None = None
    holds_yen: tuple[int, ...] = ()


async def parts_of(session: Session) -> Parts:
    quote, payments = await quote_of_session(session.id), await payments_of(session.id)
    additions = await additions_of(session.id)
    return Parts(
        outlet=await outlet_by_code(session.code),
        quote=quote,
        retailer=await retailer(session.retailer_id),
        payment=all_in_all(payments),
        receipt=await receipt_of(session.id),
        addition=shown(additions[0], payments) if additions else None,
        holds_yen=holds_yen(quote.price_yen_max, additions),
    )


async def view(session: Session, now_ms: int, *, after: int = 0) -> SessionView:
    """The session now, with the samples newer than `after`."""
    samples = await samples_between(session.id, after, session.sequence)
    return compose(session, await parts_of(session), samples, now_ms)


async def view_for(visitor: str, session: Session, now_ms: int, *, after: int = 0) -> SessionView:
    """The view of its own driver, or of somebody who joined by a link."""
    shown = await view(session, now_ms, after=after)
    return shown if session.visitor == visitor else as_followed(shown)


def as_followed(shown: SessionView) -> SessionView:
    """Without what is its driver's alone."""
    payment = msgspec.structs.replace(shown.payment, card_brand=None, card_last4=None)
    addition = shown.addition and msgspec.structs.replace(shown.addition, pay_url=None)
    return msgspec.structs.replace(
        shown, mine=False, pay_url=None, payment=payment, addition=addition
    )


def facts_of(session: Session, receipt: Receipt | None) -> dict[str, Any]:
    """The session's facts, with the registers of a receipt that took the place of the first."""
    facts = {name: getattr(session, name) for name in AS_IT_STANDS}
    if isinstance(receipt, CorrectedReceipt):
        closing_wh = receipt.closing_register_wh
        facts |= {"used_wh": receipt.used_wh, "closing_register_wh": closing_wh}
        facts["register_wh"] = closing_wh
    return facts


def compose(
    session: Session, parts: Parts, samples: list[tuple[int, int, int]], now_ms: int
) -> SessionView:
    quote, payment, receipt = parts.quote, parts.payment, parts.receipt
    so_far = so_far_yen(session, quote)
    waits = session.state is State.AUTHORISING and payment is not None
    facts = facts_of(session, receipt)
    return SessionView(
        session_id=session.id,
        mine=True,
        outlet=outlet_card(parts.outlet),
        by=By(session.chosen_by),
        energy_wh=session.energy_wh_max,
        duration_s=session.duration_s_max
        or shortest_s(session.energy_wh_max, parts.outlet.power_w_max),
        power_type=PowerType(session.power_type),
        retailer=Text(parts.retailer.name_ja, parts.retailer.name_en),
        unit_price_myen_per_kwh=quote.unit_price_myen_per_kwh,
        carbon_g_per_kwh=quote.carbon_g_per_kwh,
        price_yen_max=most_yen(session, quote),
        pay_url=payment.checkout_url if waits and payment else None,
        payment=payment_view(payment, receipt),
        price_yen=receipt.price_yen - receipt.waived_yen if receipt else so_far,
        due_yen=receipt.due_yen if receipt else so_far - waived_yen(so_far, parts.holds_yen),
        carbon_g=carbon_g(facts["used_wh"], quote.carbon_g_per_kwh),
        deadline_ms=None if session.state in OVER else session.deadline_ms,
        left_s=left_s(session, now_ms),
        end_reason=session.reason,
        samples=samples,
        now_ms=now_ms,
        addition=parts.addition,
        interrupted=interruption_of(session),
        rest_because=rest_of(session),
        resume_by_ms=resume_by_ms(session),
        receipt_ready=session.state is State.SETTLED and receipt is not None,
        **facts,
    )
