"""A crowd is told when a second source speaks, or a person lets it through."""

import msgspec

from konsento.management.notices.outages import braking
from konsento.management.notices.outages.weigh import release, weigh_all_again
from tests.management.notices.outages.registered_street import MINUTE_MS, RegisteredStreet

HOUR_MS = 60 * MINUTE_MS


async def test_the_brake_holds_a_crowd_until_a_second_source_speaks(
    lived_in: RegisteredStreet,
) -> None:
    street = lived_in
    street.teller = msgspec.structs.replace(street.teller, brake_above=2)
    await street.goes_dark("feeder", 0, 1, 2)
    assert street.phones.shown == []
    assert [name for name, *_ in await braking.all_held()] == ["feeder"]
    await weigh_all_again(street.teller)
    await street.minutes(5)
    assert street.phones.shown == []
    street.room.say(street.room.views["feeder"], "engine", "distribution_automation")
    await street.work()
    assert [street.pushed(number) for number in range(3)] == [["area"]] * 3


async def test_a_person_lets_a_crowd_through_once(lived_in: RegisteredStreet) -> None:
    street = lived_in
    street.teller = msgspec.structs.replace(street.teller, brake_above=2)
    await street.goes_dark("feeder", 0, 1, 2)
    assert await release("feeder", street.teller)
    assert not await release("feeder", street.teller)
    await street.work()
    await weigh_all_again(street.teller)
    await street.work()
    assert [street.pushed(number) for number in range(3)] == [["area"]] * 3
