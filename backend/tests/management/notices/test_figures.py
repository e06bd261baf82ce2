"""Numbers as people read them."""

import pytest

from konsento.management.notices import figures

NOON_MS = 1_795_230_240_000  # 21 November 2026, 12:04 in Japan, 03:04 UTC


def test_yen_are_whole_and_grouped() -> None:
    assert figures.yen(1_240, "ja") == "1,240 円"
    assert figures.yen(1_240, "en") == "¥1,240"


@pytest.mark.parametrize(
    ("energy_wh", "said"),
    [(0, "0.00 kWh"), (9, "0.00 kWh"), (3_709, "3.70 kWh"), (1_234_560, "1,234.56 kWh")],
)
def test_energy_is_cut_off_at_two_decimals(energy_wh: int, said: str) -> None:
    assert figures.energy(energy_wh) == said


@pytest.mark.parametrize(
    ("price", "said"),
    [(42_000, "¥42/kWh"), (42_500, "¥42.5/kWh"), (38_123, "¥38.123/kWh"), (0, "¥0/kWh"),
     (-1_500, "¥-1.5/kWh"), (1_000_000, "¥1,000/kWh")],
)  # fmt: skip
def test_a_unit_price_has_as_many_decimals_as_it_needs(price: int, said: str) -> None:
    assert figures.unit_price(price, "en") == said


@pytest.mark.parametrize(
    ("duration_s", "ja", "en"),
    [(0, "0秒", "0 s"), (59, "59秒", "59 s"), (60, "1分", "1 min"), (3_600, "1時間", "1 h"),
     (4_800, "1時間20分", "1 h 20 min"), (4_829, "1時間20分", "1 h 20 min"),
     (4_830, "1時間21分", "1 h 21 min"), (3_599, "1時間", "1 h")],
)  # fmt: skip
def test_a_length_is_in_hours_and_minutes(duration_s: int, ja: str, en: str) -> None:
    assert figures.length(duration_s, "ja") == ja
    assert figures.length(duration_s, "en") == en


def test_the_time_is_that_of_the_wall_in_japan() -> None:
    assert figures.span(NOON_MS, NOON_MS + 4_800_000, "ja") == (
        "2026年11月21日 12:04–13:24（1時間20分）"
    )
    assert figures.span(NOON_MS, NOON_MS + 4_800_000, "en") == (
        "21 Nov 2026 12:04–13:24 (1 h 20 min)"
    )


def test_a_night_names_both_days() -> None:
    evening_ms = NOON_MS + 11 * 3_600_000
    assert figures.span(evening_ms, evening_ms + 3_600_000, "ja") == (
        "2026年11月21日 23:04 – 2026年11月22日 00:04（1時間）"
    )
