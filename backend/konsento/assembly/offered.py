"""The page of an outlet that is free, with what is offered there in it before any script runs.

Whoever scans a label for the first time waits longest for the scripts. Until these draw the page,
the server's own first words say where one is, whose power is sold here and at what price.
"""

import html
import re
from asyncio import timeout
from collections.abc import Mapping
from typing import Literal

from konsento.foundation.clock import Clock
from konsento.foundation.database import DatabaseBusy
from konsento.foundation.edge.rates import Rate
from konsento.foundation.problems import Refusal
from konsento.management.retail.api import OfferView, OutletView, outlet_seen
from konsento.management.retail.power_type import PowerType
from konsento.mdms.contract import MdmsClient

# The front end's build writes these (frontend/shell/openings.ts).
SLOT = re.compile(r"<!--(\w+)-->")
POWER = re.compile(r"<!--if (\w+)-->(.*?)<!--end-->", re.DOTALL)
# A page that says less is better than one that comes late.
PATIENCE_S = 0.3

Said = Literal["ja", "en"]


class Offered:
    """One page with its slots, in one language."""

    def __init__(self, body: bytes, said: Said) -> None:
        self._said = said
        text = body.decode()
        self._pages = {kind: _with_power(text, kind) for kind in PowerType}

    def filled(self, outlet: OutletView) -> bytes | None:
        """The page with this outlet in it; None where one cannot choose at once.

        What is shown is what the phone begins with: the first offer of the outlet's own retailer.
        """
        own = next((each for each in outlet.offers if each.owner), None)
        if own is None or outlet.state != "free" or outlet.session_id is not None:
            return None
        facts = _facts(outlet, own, self._said)
        page = self._pages[own.power_type]
        return SLOT.sub(lambda slot: html.escape(facts.get(slot[1], "")), page).encode()


async def newcomers_outlet(
    typed: str, *, asker: str, guesses: Rate, clock: Clock, mdms: MdmsClient
) -> OutletView | None:
    """The outlet that this address leads to; None where it cannot be told at once, and why is
    then for the phone to say. A code that does not exist counts as a guess here as well."""
    try:
        async with timeout(PATIENCE_S):
            return await outlet_seen(
                typed, visitor="", asker=asker, guesses=guesses, now_ms=clock.now_ms(), mdms=mdms
            )
    except (Refusal, DatabaseBusy, TimeoutError):
        return None


def price(unit_price_myen_per_kwh: int) -> str:
    """Yen with as many decimals as there are, thousands apart."""
    whole, rest = divmod(unit_price_myen_per_kwh, 1_000)
    return f"{whole:,}" + (f".{rest:03}".rstrip("0") if rest else "")


def kilowatts(power_w: int) -> str:
    """One decimal, rounded as the phone rounds it."""
    tenths = (power_w + 50) // 100
    return f"{tenths // 10:,}.{tenths % 10}"


def _with_power(text: str, kind: PowerType) -> str:
    return POWER.sub(lambda part: part[2] if part[1] == kind else "", text)


def _facts(outlet: OutletView, offer: OfferView, said: Said) -> Mapping[str, str]:
    return {
        "place": getattr(outlet.place, said),
        "hint": getattr(outlet.hint, said).replace(" ", "\u00a0"),
        "volts": str(outlet.voltage_v),
        "kilowatts": kilowatts(outlet.power_w_max),
        "price": price(offer.unit_price_myen_per_kwh),
        "carbon": str(offer.carbon_g_per_kwh),
        "retailer": getattr(offer.retailer, said),
    }
