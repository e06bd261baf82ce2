"""A meter that fell silent in mid-charge, a bill made without it, and what it says much later."""

from collections import Counter

from konsento.foundation.databases import PEOPLE
from konsento.management.charging.follow import apply, read_cursor
from konsento.mdms.contract import Event
from tests.management.audit import provider_payments
from tests.management.charges import charging
from tests.management.world import World
from tests.town import CAR, MINUTE_MS, Driver, Json

GIVEN_UP_MS = 45 * MINUTE_MS


async def fallen_silent(
    house: World, driver: Driver, *, after_ms: int = 30 * MINUTE_MS, **choice: int
) -> Json:
    """A charge whose link was cut; its switch has opened by itself since, and nobody knows."""
    await house.do(CAR, "plug_car")
    session = await charging(house, driver, CAR, **choice)
    await house.let_pass(after_ms)
    await house.do(CAR, "cut_link")
    return session


async def speaks(house: World, session: Json, used_wh: int) -> None:
    """A control system tells the true register, as the contract allows it: any number."""
    view = (
        await PEOPLE.ask(
            "SELECT request_number, outlet, opening_register_wh FROM session WHERE id = {}",
            session["session_id"],
        )
    )[0]
    register_wh = (view["opening_register_wh"] or 0) + used_wh
    event = Event(
        cursor=await read_cursor() + 1, at_ms=house.clock.now_ms(), outlet=view["outlet"],
        request_number=view["request_number"], kind="switched_off", reason="link_lost",
        closing_register_wh=register_wh, used_wh=used_wh, final=True,
    )  # fmt: skip
    await apply([event], house.house.till.charging)


async def taken_and_given_back() -> tuple[int, int]:
    """Yen, by the provider's own books."""
    payments = [each for all_of in (await provider_payments()).values() for each in all_of]
    return sum(p.received_yen for p in payments), sum(p.refunded_yen for p in payments)


async def accounts() -> Counter[str]:
    """Every account's sum; each entry sums to nought."""
    sums: Counter[str] = Counter()
    entries: Counter[str] = Counter()
    for line in await PEOPLE.ask("SELECT entry, account, amount_yen FROM ledger"):
        sums[line["account"]] += line["amount_yen"]
        entries[line["entry"]] += line["amount_yen"]
    assert not any(entries.values())
    return sums


async def nothing_is_owed() -> None:
    kinds = "'charging.ended', 'charging.late-register', 'payments.refund', 'payments.corrected'"
    assert await PEOPLE.ask(f"SELECT kind FROM outbox WHERE kind IN ({kinds})") == []
