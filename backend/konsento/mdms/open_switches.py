"""Which meters' switches stand open: their silence says nothing of the power in the street."""

from collections.abc import Sequence

from konsento.foundation.databases import GRID

ASKED_AT_ONCE = 500


async def open_among(smids: Sequence[str]) -> list[str]:
    """Those whose switch was read open last, in the order asked, each once.

    A meter behind an open switch speaks all the same, until its supply fails: that one's last
    gasp says more than its switch.
    """
    asked = list(dict.fromkeys(smids))
    found: set[str] = set()
    for begin in range(0, len(asked), ASKED_AT_ONCE):
        some = asked[begin : begin + ASKED_AT_ONCE]
        marks = ", ".join("{}" for _ in some)
        rows = await GRID.ask(
            "SELECT smid FROM mdms_outlet WHERE switch = 'open' AND power <> 'off' "
            f"AND smid IN ({marks})",
            *some,
        )
        found.update(str(row["smid"]) for row in rows)
    return [smid for smid in asked if smid in found]
