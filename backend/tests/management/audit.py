"""The books looked through by somebody who trusts none of our sums.

Energy is taken from the control system's registers and from the meters in the street, money from
the provider's own objects; the price is worked out here once more, in its own words.
"""

from collections import Counter
from itertools import combinations

import msgspec

from konsento.foundation.databases import GRID, PEOPLE
from konsento.mdms.fleet.load import WMS_PER_WH
from konsento.twin.payment import Payment, Status
from konsento.twin.tables import TWIN
from tests.management.world import World
from tests.town import Json

REGISTER_MODULO_WH = 1_000_000_000


async def provider_payments() -> dict[str, list[Payment]]:
    """What the provider knows of each session's money."""
    found: dict[str, list[Payment]] = {}
    for row in await TWIN.ask("SELECT body FROM twin_object WHERE kind = 'Payment'"):
        payment = msgspec.json.decode(row["body"], type=Payment)
        found.setdefault(payment.metadata["session_id"], []).append(payment)
    return found


def due_yen(used_wh: int, quote: Json) -> int:
    """Metered energy, at most what was ordered, at the promised price; of each hold taken from,
    ¥50 at least, and of all of them together no more than that price.
    """
    billed_wh = min(used_wh, quote["energy_wh"])
    yen: int = max(0, billed_wh * quote["unit_price_myen_per_kwh"] // 1_000_000)
    holds_yen: list[int] = quote.get("holds_yen", [quote["price_yen_max"]])
    some = (each for n in range(len(holds_yen) + 1) for each in combinations(holds_yen, n))
    return max(min(yen, sum(each)) for each in some if 50 * len(each) <= yen)


async def used_by_registers() -> dict[str, int]:
    """Wh of each request, from its two registers as the control system keeps them."""
    rows = await GRID.ask(
        "SELECT request_number, opening_register_wh, closing_register_wh FROM mdms_request "
        "WHERE closing_register_wh IS NOT NULL"
    )
    return {
        row["request_number"]: (row["closing_register_wh"] - row["opening_register_wh"])
        % REGISTER_MODULO_WH
        for row in rows
    }


async def ordered(session_id: str) -> Json:
    """The session's quote, with what was added to it."""
    quote = (await PEOPLE.ask("SELECT * FROM quote WHERE session_id = {}", session_id))[0]
    added = await PEOPLE.ask(
        "SELECT adds_wh, price_yen_max FROM addition WHERE session_id = {} AND state = 'added'",
        session_id,
    )
    more_wh = sum(row["adds_wh"] for row in added)
    holds_yen = [row["price_yen_max"] for row in (quote, *added)]
    return quote | {
        "energy_wh": quote["energy_wh"] + more_wh, "additions": len(added), "holds_yen": holds_yen,
    }  # fmt: skip


async def books_are_right(world: World) -> None:
    """Each session is over, was billed right and paid once, and nothing is held any more."""
    used = await used_by_registers()
    paid = await provider_payments()
    taken_yen = 0
    for session in await PEOPLE.ask("SELECT * FROM session"):
        quote = await ordered(session["id"])
        owed = due_yen(used.get(session["request_number"], 0), quote)
        taken = [p for p in paid.get(session["id"], []) if p.status is Status.TAKEN]
        assert session["state"] in {"settled", "cancelled", "refused", "start_failed"}, session
        assert sum(p.received_yen for p in taken) == owed, session
        assert len(taken) <= (bool(owed) and 1 + quote["additions"]), session
        assert not [p for p in paid.get(session["id"], []) if p.status is Status.HELD]
        await _one_receipt_for(session, owed)
        taken_yen += owed
    await _nothing_is_left_open()
    await _ledger_is_right(taken_yen)
    await _energy_is_all_there(world, sum(used.values()))


async def _one_receipt_for(session: Json, owed: int) -> None:
    receipts = await PEOPLE.ask("SELECT * FROM receipt WHERE session_id = {}", session["id"])
    assert len(receipts) == (session["state"] == "settled")
    for receipt in receipts:
        assert (receipt["paid_yen"], receipt["unpaid_yen"]) == (owed, 0)
        assert receipt["price_yen"] - receipt["waived_yen"] == owed


async def _nothing_is_left_open() -> None:
    assert not await TWIN.ask("SELECT id FROM twin_object WHERE state = 'open'")
    assert not await PEOPLE.ask("SELECT id FROM payment WHERE state IN ('new', 'open', 'held')")
    assert not await PEOPLE.ask(
        "SELECT id FROM addition WHERE state IN ('authorising', 'applying')"
    )
    assert not await PEOPLE.ask("SELECT id FROM outbox WHERE given_up_at_ms IS NOT NULL")
    assert not await PEOPLE.ask("SELECT id FROM outbox WHERE kind <> 'payments.look'")


async def _ledger_is_right(taken_yen: int) -> None:
    lines = await PEOPLE.ask("SELECT entry, account, amount_yen FROM ledger")
    accounts: Counter[str] = Counter()
    entries: Counter[str] = Counter()
    for line in lines:
        accounts[line["account"]] += line["amount_yen"]
        entries[line["entry"]] += line["amount_yen"]
    assert not any(entries.values())
    assert (accounts["driver"], accounts["provider"]) == (0, taken_yen)


async def _energy_is_all_there(world: World, used_wh: int) -> None:
    """What left the outlets, by the physics of the street, was metered to the last step."""
    delivered_wh = 0
    for smid, opening_wh in world.opening_wh.items():
        delivered_wh += world.street.meter(smid).total_wms // WMS_PER_WH // 10 * 10 - opening_wh
    assert delivered_wh == used_wh
