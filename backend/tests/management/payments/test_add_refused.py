"""What cannot be added to a charge is said, and changes nothing."""

import pytest

from tests.management.charges import begun
from tests.management.payments.test_add import adds, more, running
from tests.management.world import World
from tests.town import MINUTE_MS, Driver, Refused


@pytest.mark.parametrize(
    ("by", "value", "slug"),
    [
        ("energy", 1_000, "amount-out-of-bounds"),  # ¥42: no card holds so little
        ("energy", 2_005, "amount-out-of-bounds"),
        ("energy", 60_000, "amount-out-of-bounds"),
        ("time", 1_800, "amount-out-of-bounds"),
        ("energy", 0, "invalid-request"),
    ],
)
async def test_what_cannot_be_added_is_not_quoted(
    house: World, driver: Driver, by: str, value: int, slug: str
) -> None:
    session = await running(house, driver)
    with pytest.raises(Refused) as refused:
        await more(driver, session, by, value)
    assert refused.value.slug == slug


async def test_only_what_is_on_and_ones_own_is_added_to(
    house: World, driver: Driver, neighbour: Driver
) -> None:
    waiting = await begun(house, driver)
    with pytest.raises(Refused) as refused:
        await more(driver, waiting)
    assert (refused.value.status, refused.value.slug) == (409, "not-in-this-state")
    await driver.wants(waiting, "stop")
    session = await running(house, driver)
    quote = await more(driver, session)
    for wish in (more(neighbour, session), adds(neighbour, session, quote)):
        with pytest.raises(Refused) as refused:
            await wish
        assert (refused.value.status, refused.value.slug) == (404, "unknown-session")
    await driver.wants(session, "stop")
    with pytest.raises(Refused) as refused:
        await adds(driver, session, quote)
    assert refused.value.slug == "not-in-this-state"


async def test_a_quote_for_more_expires_and_is_used_once(house: World, driver: Driver) -> None:
    session = await running(house, driver)
    quote = await more(driver, session)
    await house.let_pass(11 * MINUTE_MS)
    with pytest.raises(Refused) as refused:
        await adds(driver, session, quote)
    assert (refused.value.status, refused.value.slug) == (410, "quote-expired")
