"""The holder whom the utility knows hears of whoever registers where nobody else would."""

from konsento.assembly.jobs import handlers
from konsento.management.customers import events
from konsento.management.customers.holder import Holder, holder_to_tell
from konsento.management.customers.limits import CONFIRM_WITHIN_MS, DAY_MS
from tests.management.customers.homes import (
    HARUKAS,
    MINORUS,
    Customer,
    home,
    move_in,
    on,
    owed,
)
from tests.management.world import World

KNOWN = home(HARUKAS.smid, HARUKAS.customer_number, HARUKAS.postal_code, email="haruka@example.jp")


async def work(house: World, after_ms: int = 0) -> None:
    """So much time passes, and what is due then is done."""
    await house.clock.advance(after_ms)
    while await house.house.outbox.work_once(handlers(house.house), house.clock):
        continue


def to_holder(house: World) -> list[str]:
    """Texts, the oldest first."""
    about = [each for each in house.mails.mails if each.tag.startswith("holder:")]
    assert {each.to for each in about} <= {"haruka@example.jp"}
    return [each.text for each in reversed(about)]


async def test_the_first_who_registers_is_told_to_the_holder_by_mail(
    homes: World, minoru: Customer
) -> None:
    await move_in(homes.clock.now_ms(), KNOWN)
    made = await minoru.registers(HARUKAS)
    assert await owed(events.TELL_HOLDER) == [made]
    assert await holder_to_tell(made) == Holder(smid=HARUKAS.smid, email="haruka@example.jp")
    await work(homes)
    (text,) = to_holder(homes)
    assert HARUKAS.smid in text
    assert "お心当たりがなければ、お電話ください。" in text
    assert "call us" in text
    for secret in (HARUKAS.customer_number, HARUKAS.postal_code, "春日"):
        assert secret not in text


async def test_once_and_not_of_those_who_come_after(
    homes: World, haruka: Customer, minoru: Customer
) -> None:
    await move_in(homes.clock.now_ms(), KNOWN)
    made = await minoru.registers(HARUKAS)
    assert await minoru.registers(HARUKAS) == made
    await haruka.registers(HARUKAS)
    assert await owed(events.TELL_HOLDER) == [made]


async def test_without_an_address_nobody_is_told(homes: World, minoru: Customer) -> None:
    await minoru.registers(HARUKAS)
    assert await owed(events.TELL_HOLDER) == []


async def test_who_gives_the_holder_s_own_address_and_opens_its_link_is_the_holder(
    homes: World, haruka: Customer
) -> None:
    await move_in(homes.clock.now_ms(), KNOWN)
    made = await haruka.registers(HARUKAS, email="Haruka@example.jp")
    await on(homes, made)
    assert await holder_to_tell(made) is None
    await work(homes, CONFIRM_WITHIN_MS)
    assert to_holder(homes) == []


async def test_who_gives_it_and_cannot_open_its_link_is_told_of_when_that_runs_out(
    homes: World, minoru: Customer
) -> None:
    await move_in(homes.clock.now_ms(), KNOWN)
    await minoru.registers(HARUKAS, email="haruka@example.jp")
    await work(homes, CONFIRM_WITHIN_MS - 60_000)
    assert to_holder(homes) == []
    await work(homes, 120_000)
    assert len(to_holder(homes)) == 1


async def test_who_gives_another_address_is_told_of_at_once(homes: World, minoru: Customer) -> None:
    await move_in(homes.clock.now_ms(), KNOWN)
    await minoru.registers(HARUKAS, email="minoru@example.jp")
    await work(homes)
    assert len(to_holder(homes)) == 1


async def test_whoever_comes_and_goes_does_not_fill_the_holder_s_mailbox(
    homes: World, haruka: Customer, minoru: Customer
) -> None:
    await move_in(homes.clock.now_ms(), KNOWN)
    for _ in range(3):
        await minoru.leaves_meter(await minoru.registers(HARUKAS))
    await haruka.leaves_meter(await haruka.registers(HARUKAS))
    assert len(await owed(events.TELL_HOLDER)) == 1
    await work(homes, DAY_MS)
    third = homes.person_as(Customer, "192.0.2.3")
    await third.registers(HARUKAS)
    assert len(to_holder(homes)) == 1
    await work(homes)
    assert len(to_holder(homes)) == 2


async def test_what_the_utility_no_longer_knows_is_told_to_nobody(
    homes: World, minoru: Customer
) -> None:
    await move_in(homes.clock.now_ms(), KNOWN)
    made = await minoru.registers(HARUKAS)
    await move_in(homes.clock.now_ms(), HARUKAS)
    assert await holder_to_tell(made) is None
    assert await holder_to_tell(await minoru.registers(MINORUS)) is None
