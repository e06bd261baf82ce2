"""Charges whose meter spoke after the bill: what was given away, and what was given back."""

import msgspec

from konsento.foundation.databases import PEOPLE
from konsento.management.operators.number import number_of
from konsento.management.payments.view import Text

LATE_BILLS_SHOWN = 100  # of one facility, the newest


class LateBill(msgspec.Struct, frozen=True, kw_only=True):
    """A bill that met a late register. Wh, yen, epoch ms; names no driver. `number` is the
    charge's, as its driver's phone shows it.

    `unbilled_yen` was delivered and is asked of nobody; `owed_back_yen` was billed and not
    delivered, and `refunded_yen` of it went back to the card. `done_at_ms`: when it was settled.
    """

    session_id: str
    number: str
    code: str
    place: Text
    heard_at_ms: int
    billed_wh: int
    used_wh: int
    unbilled_yen: int
    owed_back_yen: int
    refunded_yen: int
    done_at_ms: int | None


async def late_bills_at(facility: str) -> list[LateBill]:
    """The facility's, the newest first; those that changed nothing in yen are left out."""
    rows = await PEOPLE.ask(
        "SELECT c.session_id, s.code, o.title_ja, o.title_en, c.corrected_at_ms AS heard_at_ms, "
        "COALESCE(r.billed_wh, 0) AS billed_wh, c.used_wh, c.unbilled_yen, c.owed_back_yen, "
        "c.refunded_yen, c.done_at_ms FROM correction c JOIN session s ON s.id = c.session_id "
        "JOIN outlet o ON o.code = s.code LEFT JOIN receipt r ON r.session_id = c.session_id "
        "WHERE o.facility = {} AND (c.unbilled_yen > 0 OR c.owed_back_yen > 0) "
        "ORDER BY c.corrected_at_ms DESC, c.session_id LIMIT {}",
        facility,
        LATE_BILLS_SHOWN,
    )
    return [
        LateBill(
            number=number_of(row["session_id"]),
            place=Text(row.pop("title_ja"), row.pop("title_en")),
            **row,
        )
        for row in rows
    ]
