"""A receipt as its reader has it before them: printed figures turned back into numbers."""

import re

import msgspec

WH_PER_KWH = 1_000


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What the paper says; Wh and yen, and the unit price in thousandths of a yen a kWh."""

    opening_wh: int
    closing_wh: int
    used_wh: int
    unit_price_myen_per_kwh: int
    total_yen: int
    text: str

    @property
    def measured_wh(self) -> int:
        """What a reader comes to who subtracts one register from the other."""
        return self.closing_wh - self.opening_wh

    @property
    def price_yen(self) -> int:
        """What a reader comes to who multiplies, and cuts off the fraction of a yen."""
        return self.measured_wh * self.unit_price_myen_per_kwh // 1_000_000


def thousandths(text: str) -> int:
    """The first number in a text, in thousandths: "42,871.32" is 42871320."""
    found = re.search(r"(\d[\d,]*)(?:\.(\d{1,3}))?", text)
    assert found, f"no number in {text!r}"
    whole, fraction = found[1].replace(",", ""), (found[2] or "").ljust(3, "0")
    return int(whole) * WH_PER_KWH + int(fraction)


def yen(text: str) -> int:
    """The first whole number in a text: "1,240 円" is 1240."""
    return thousandths(text) // WH_PER_KWH


def read_receipt(lines: dict[str, str], text: str) -> Receipt:
    """From the lines of a Japanese or English receipt, by what is printed before each figure."""

    def line(*names: str) -> str:
        return next(lines[name] for name in names if name in lines)

    return Receipt(
        opening_wh=thousandths(line("メーター始め", "Meter, start")),
        closing_wh=thousandths(line("メーター終わり", "Meter, end")),
        used_wh=thousandths(line("使った電気", "Energy")),
        unit_price_myen_per_kwh=thousandths(line("単価", "Unit price")),
        total_yen=yen(line("合計", "Total")),
        text=text,
    )
