"""A small facility's file, and the same file with something else in it."""

PLAN = """\
[facility]
id = "midori"
name_ja = "みどり町駐車場"
name_en = "Midori-cho car park"
phone = "086-012-3456"

[[operator]]
name = "hana"

[[retailer]]
id = "harukaze"
name_ja = "はるかぜ電力"
name_en = "Harukaze Power"
registration_number = "T1234567890123"

[[tariff]]
retailer = "harukaze"
power_type = "solar"
unit_price_myen_per_kwh = 42_000
carbon_g_per_kwh = 38
owner = true

[[outlet]]
outlet = "MID-0001"
smid = "SM-33-2001"
register_wh = 1_234_560
voltage_v = 200
ampere = 15
name_ja = "みどり町駐車場 1番"
name_en = "Midori-cho, bay 1"
plan_x = 1
plan_y = 1

[[outlet]]
outlet = "MID-0002"
smid = "SM-33-2002"
register_wh = 0
voltage_v = 100
ampere = 15
name_ja = "みどり町駐車場 2番"
name_en = "Midori-cho, bay 2"
"""


def with_(old: str, new: str, text: str = PLAN) -> str:
    """The file with the first `old` replaced."""
    assert old in text
    return text.replace(old, new, 1)


def line_of(words: str, text: str = PLAN) -> int:
    """The line that holds the words first, from 1."""
    return text[: text.index(words)].count("\n") + 1
