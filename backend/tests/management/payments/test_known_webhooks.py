"""A webhook is a reason to ask the provider, unless it says what is known already."""

from konsento.foundation.databases import PEOPLE
from tests.management.charges import begun
from tests.management.world import World
from tests.town import Driver


async def test_a_webhook_that_says_what_is_known_makes_nobody_ask_again(
    house: World, driver: Driver
) -> None:
    house.webhooks = False
    session = await begun(house, driver)
    await driver.pays(session)
    await house.let_pass(1_000)
    assert (await driver.sees(session))["payment"]["state"] == "held"
    asked = len(house.to_provider.said)
    house.webhooks = True
    await house.let_pass(5_000)
    assert await PEOPLE.ask("SELECT COUNT(*) AS n FROM inbox") == [{"n": 2}]
    assert len(house.to_provider.said) == asked
