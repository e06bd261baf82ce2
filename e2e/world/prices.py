"""A retailer who changes a price while cars are charging."""

import contextlib
import sqlite3
from pathlib import Path

from konsento.foundation.ids import SystemIds

BUSY_S = 10


def costs(files: Path, power_type: str, unit_price_myen_per_kwh: int, *, now_ms: int) -> None:
    """From now on this power costs so much, whoever sells it; the price before has ended.

    Written into the house's books while it is open, as whoever keeps the tariffs does.
    """
    address = files / "people.sqlite"
    with contextlib.closing(sqlite3.connect(address, timeout=BUSY_S)) as books, books:
        ended = books.execute(
            "UPDATE tariff SET valid_until_ms = ? WHERE power_type = ? AND valid_until_ms IS NULL "
            "RETURNING retailer_id, carbon_g_per_kwh",
            (now_ms, power_type),
        ).fetchall()
        assert ended, f"nobody sells {power_type}"
        for retailer, carbon_g in ended:
            books.execute(
                "INSERT INTO tariff (id, retailer_id, power_type, unit_price_myen_per_kwh, "
                "carbon_g_per_kwh, valid_from_ms, valid_until_ms) VALUES (?, ?, ?, ?, ?, ?, NULL)",
                (
                    SystemIds().fresh(),
                    retailer,
                    power_type,
                    unit_price_myen_per_kwh,
                    carbon_g,
                    now_ms,
                ),
            )
