"""Money, energy and time as people read them in a mail. Pure.

Outlets stand in Japan, so their clock is the one on the wall there, wherever the mail is read.
"""

from datetime import datetime, timedelta, timezone

JAPAN = timezone(timedelta(hours=9))
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def yen(amount_yen: int, language: str) -> str:
    """1,240 円 or ¥1,240."""
    return f"{amount_yen:,} 円" if language == "ja" else f"¥{amount_yen:,}"


def energy(energy_wh: int) -> str:
    """In kWh with two decimals, cut off: nobody is told more than the meter has counted."""
    return f"{energy_wh // 1000:,}.{energy_wh % 1000 // 10:02d} kWh"


def unit_price(unit_price_myen_per_kwh: int, language: str) -> str:
    """A price for one kWh, with as many decimals as it has."""
    whole, thousandths = divmod(abs(unit_price_myen_per_kwh), 1000)
    decimals = f".{thousandths:03d}".rstrip("0").rstrip(".")
    figures = f"{'-' if unit_price_myen_per_kwh < 0 else ''}{whole:,}{decimals}"
    return f"{figures} 円/kWh" if language == "ja" else f"¥{figures}/kWh"


def length(duration_s: int, language: str) -> str:
    """Hours and minutes, rounded; under a minute, seconds."""
    hour, minute, second = ("時間", "分", "秒") if language == "ja" else (" h", " min", " s")
    if duration_s < 60:
        return f"{max(0, duration_s)}{second}"
    hours, minutes = divmod((duration_s + 30) // 60, 60)
    parts = [f"{hours}{hour}"] if hours else []
    parts += [f"{minutes}{minute}"] if minutes else []
    return ("" if language == "ja" else " ").join(parts)


def _at(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms // 1000, JAPAN)


def day(at_ms: int, language: str) -> str:
    """With the year, as bills need it: 2026年11月21日 or 21 Nov 2026."""
    at = _at(at_ms)
    if language == "ja":
        return f"{at.year}年{at.month}月{at.day}日"
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}"


def clock(at_ms: int) -> str:
    """The hour and minute on the wall, 24 hours."""
    return f"{_at(at_ms):%H:%M}"


def span(from_ms: int, until_ms: int, language: str) -> str:
    """From when until when, and how long; the second day is named when it is another."""
    first, last = day(from_ms, language), day(until_ms, language)
    begin = f"{first} {clock(from_ms)}"
    end = clock(until_ms) if first == last else f" {last} {clock(until_ms)}"
    between = "–" if first == last else " –"
    lasted = length((until_ms - from_ms) // 1000, language)
    brackets = "（{}）" if language == "ja" else " ({})"
    return begin + between + end + brackets.format(lasted)
