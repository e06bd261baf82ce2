"""The cast of the demo: one car park in Okayama, two retailers, twelve outlets. Invented.

Prices are examples; carbon figures are life-cycle grams a kWh as published by 電力中央研究所
(2016, Y06) for solar (home), wind, hydro, geothermal, and for the other kind the national
average of grid power that METI and 環境省 published for 2022 fiscal year (0.438 kg), rounded up
by the losses on the way.
"""

import msgspec

FACILITY = "okayama-west"
FACILITY_JA = "岡山駅西口駐車場"
FACILITY_EN = "Okayama Station West car park"
# Japan keeps no numbers for fiction. This one reaches nobody: what follows an area code (086) never
# begins with 0 (市内局番の先頭に「0」が使われることはない, wikiwiki.jp/denwatyou).
FACILITY_PHONE = "086-012-3456"
OWNER = "harukaze"
OPERATOR_NAME = "okayama"


class RetailerSeed(msgspec.Struct, frozen=True):
    id: str
    name_ja: str
    name_en: str
    registration_number: str


class TariffSeed(msgspec.Struct, frozen=True):
    """Yen thousandths and grams a kWh."""

    retailer: str
    power_type: str
    unit_price_myen_per_kwh: int
    carbon_g_per_kwh: int


class OutletSeed(msgspec.Struct, frozen=True):
    """`number` is painted on the ground; the register is what the meter showed when put up."""

    number: int
    voltage_v: int
    power_w_max: int
    register_wh: int

    @property
    def outlet(self) -> str:
        return f"OKW-{self.number:04d}"

    @property
    def plan_x(self) -> int:
        """Six bays to a row, a row on either side of the lane."""
        return (self.number - 1) % 6 + 1

    @property
    def plan_y(self) -> int:
        return (self.number - 1) // 6 + 1

    @property
    def smid(self) -> str:
        return f"SM-33-{1000 + self.number}"


RETAILERS = (
    RetailerSeed("harukaze", "はるかぜ電力", "Harukaze Power", "T1234567890123"),
    RetailerSeed("minato", "みなと電力", "Minato Power", "T9876543210987"),
)

TARIFFS = (
    TariffSeed("harukaze", "solar", 42_000, 38),
    TariffSeed("harukaze", "wind", 43_000, 26),
    TariffSeed("harukaze", "hydro", 41_000, 11),
    TariffSeed("harukaze", "geothermal", 44_000, 13),
    TariffSeed("harukaze", "other", 36_000, 463),
    TariffSeed("minato", "solar", 40_500, 38),
    TariffSeed("minato", "other", 34_500, 463),
)

OUTLETS = tuple(
    OutletSeed(
        number=number,
        voltage_v=100 if number in (5, 6) else 200,
        power_w_max=1_500 if number in (5, 6) else 3_000,
        register_wh=42_871_320 if number == 12 else 9_000_000 + number * 1_234_560,
    )
    for number in range(1, 13)
)

# The one whose address and QR code the demo prints.
SHOWN = "OKW-0012"


def title_ja(seed: OutletSeed) -> str:
    return f"{FACILITY_JA} {seed.number}番"


def title_en(seed: OutletSeed) -> str:
    return f"{FACILITY_EN}, no. {seed.number}"


HINT_JA = "駐車した場所の前"
HINT_EN = "In front of your bay"
