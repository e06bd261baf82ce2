"""What a closing register that comes after the bill changes of it. Pure; drawn with worked numbers
in docs/algorithms/settlement.md.

A driver never pays more than was told: what the late register shows beyond the bill is written
down as unbilled. What it shows less is owed back, and the receipt is corrected under a number of
its own that refers to the first.
"""

import msgspec

from konsento.management.payments.settlement import Bill

NUMBER_SUFFIX = "-2"  # a session is corrected at most once: its control system closes it once


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """The columns of tables.CorrectionRow: the bill as it should have been; Wh, yen, epoch ms.

    `number`: the corrected receipt's, None where the first receipt stands. `refunded_yen` and
    `done_at_ms` are known once what is owed back was given back.
    """

    session_id: str
    number: str | None
    corrected_at_ms: int
    closing_register_wh: int
    used_wh: int
    billed_wh: int
    price_yen: int
    tax_yen: int
    waived_yen: int
    unbilled_yen: int
    owed_back_yen: int
    refunded_yen: int = 0
    done_at_ms: int | None = None

    @property
    def due_yen(self) -> int:
        return self.price_yen - self.waived_yen


class Sums(msgspec.Struct, frozen=True, kw_only=True):
    """A bill as it was issued; yen. All nought for a session that was never billed."""

    price_yen: int = 0
    tax_yen: int = 0
    waived_yen: int = 0

    @property
    def due_yen(self) -> int:
        return self.price_yen - self.waived_yen


def unbilled_yen(issued: Sums, made: Bill) -> int:
    """Delivered, but neither billed nor waived: told to nobody, taken from nobody."""
    return max(0, made.price_yen - issued.price_yen)


def owed_back_yen(issued: Sums, made: Bill) -> int:
    """Billed, but not delivered; all of it when what is left is too little for a card."""
    if made.price_yen >= issued.price_yen:
        return 0
    return max(0, issued.due_yen - made.due_yen)


def ledger_lines(issued: Sums, made: Bill, retailer_id: str) -> dict[str, int]:
    """What the correction moves between accounts; sums to nought."""
    sales = f"sales__{retailer_id}"
    more_yen, less_yen = unbilled_yen(issued, made), owed_back_yen(issued, made)
    if not less_yen:
        return {"unbilled": more_yen, sales: -more_yen}
    tax_yen = issued.tax_yen - made.tax_yen
    waived_yen = made.waived_yen - issued.waived_yen
    return {
        "driver": -less_yen,
        "tax": tax_yen,
        "goodwill": waived_yen,
        sales: less_yen - tax_yen - waived_yen,
    }
