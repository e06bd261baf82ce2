"""What customers change of their own registration, and that nobody else can."""

import pytest
from structlog.testing import capture_logs

from konsento.foundation.databases import PEOPLE
from konsento.management.customers import events
from konsento.management.customers.change import mail_bounced
from konsento.management.customers.limits import (
    CONFIRM_MAILS_PER_ADDRESS,
    CONFIRM_MAILS_PER_REGISTRATION,
    DAY_MS,
)
from konsento.management.customers.registration import registration_by_id, registrations_of
from tests.assembly.answers import slug_of
from tests.management.customers.homes import (
    AKANES,
    HARUKAS,
    METERS,
    MINORUS,
    Customer,
    on,
    owed,
)
from tests.management.world import World
from tests.town import HOUR_MS, Json, Refused

MAIL = "haruka@example.jp"


async def state_of(customer: Customer) -> tuple[str | None, str]:
    (meter,) = await customer.meters()
    return meter["email"], meter["email_state"]


async def test_an_address_is_written_to_once_it_is_confirmed(
    homes: World, haruka: Customer
) -> None:
    registration = await haruka.registers(HARUKAS)
    await haruka.writes_to(registration, MAIL)
    assert await state_of(haruka) == (MAIL, "to_confirm")
    assert await owed(events.CONFIRM_MAIL) == [registration]
    before = await registration_by_id(registration)
    assert before is not None
    assert (before.email, before.email_address_any) == (None, MAIL)
    await on(homes, registration)
    after = await registration_by_id(registration)
    assert after is not None
    assert (after.email, after.email_address_any) == (MAIL, MAIL)
    await haruka.writes_to(registration, MAIL)
    assert await state_of(haruka) == (MAIL, "on")
    assert await owed(events.CONFIRM_MAIL) == [registration]


async def test_another_address_is_confirmed_anew_and_none_is_written_to_meanwhile(
    homes: World, haruka: Customer
) -> None:
    registration = await haruka.registers(HARUKAS, email=MAIL)
    await on(homes, registration)
    await haruka.writes_to(registration, "other@example.jp")
    assert await state_of(haruka) == ("other@example.jp", "to_confirm")
    (found,) = await registrations_of([HARUKAS.smid])
    assert found.email is None
    await haruka.writes_to(registration, None)
    await haruka.writes_to(registration, None)
    assert await state_of(haruka) == (None, "unset")
    assert len(await owed(events.CONFIRM_MAIL)) == 2


async def test_the_same_address_asked_for_again_is_another_link_so_often_a_day(
    homes: World, haruka: Customer, minoru: Customer
) -> None:
    registration = await haruka.registers(HARUKAS, email=MAIL)
    for _ in range(CONFIRM_MAILS_PER_REGISTRATION - 1):
        await haruka.writes_to(registration, MAIL)
    with pytest.raises(Refused) as refused:
        await haruka.writes_to(registration, "another@example.jp")
    assert (refused.value.status, refused.value.slug) == (429, "too-many-tries")
    assert len(await owed(events.CONFIRM_MAIL)) == CONFIRM_MAILS_PER_REGISTRATION
    assert await state_of(haruka) == (MAIL, "to_confirm")
    assert CONFIRM_MAILS_PER_ADDRESS == CONFIRM_MAILS_PER_REGISTRATION
    theirs = await minoru.registers(MINORUS)
    with pytest.raises(Refused) as refused:
        await minoru.writes_to(theirs, MAIL.upper())
    assert refused.value.slug == "too-many-tries"
    also = await minoru.registers(AKANES, email=MAIL)
    assert [each.id for each in await registrations_of([AKANES.smid])] == [also]
    assert {each["email"] for each in await minoru.meters()} == {None}
    await homes.clock.advance(DAY_MS)
    await haruka.writes_to(registration, "another@example.jp")


async def test_planned_works_are_mailed_unless_told_otherwise(haruka: Customer) -> None:
    registration = await haruka.registers(HARUKAS)
    for wanted in (False, False, True):
        await haruka.wants_planned(registration, wanted=wanted)
        assert [each["planned_mail"] for each in await haruka.meters()] == [wanted]


async def test_who_leaves_is_told_nothing_more_and_leaves_no_address(
    homes: World, haruka: Customer
) -> None:
    registration = await haruka.registers(HARUKAS, email=MAIL)
    other = await haruka.registers(AKANES)
    await haruka.leaves_meter(registration)
    ended = await PEOPLE.ask("SELECT * FROM registration WHERE id = {}", registration)
    await homes.clock.advance(HOUR_MS)
    await haruka.leaves_meter(registration)
    assert await PEOPLE.ask("SELECT * FROM registration WHERE id = {}", registration) == ended
    assert (ended[0]["email"], ended[0]["ended_at_ms"]) == (None, homes.clock.now_ms() - HOUR_MS)
    assert [each["registration_id"] for each in await haruka.meters()] == [other]
    assert await registrations_of([HARUKAS.smid]) == []
    assert await registration_by_id(registration) is None
    for change in (
        haruka.writes_to(registration, MAIL),
        haruka.wants_planned(other[:-1], wanted=True),
    ):
        with pytest.raises(Refused) as refused:
            await change
        assert (refused.value.status, refused.value.slug) == (404, "unknown-registration")
    again = await haruka.registers(HARUKAS)
    assert again != registration


async def test_anothers_registration_is_no_registration(haruka: Customer, minoru: Customer) -> None:
    registration = await haruka.registers(HARUKAS)
    await minoru.meters()
    before = await haruka.meters()
    for path, body in (("/email", {"email": MAIL}), ("/planned", {"planned_mail": False})):
        said = []
        for name in (registration, "0" * 25 + "z"):
            answer = await minoru.put(f"{METERS}/{name}{path}", body)
            assert slug_of(answer) == "unknown-registration"
            said.append((answer.status_code, sorted(answer.headers.items()), answer.content))
        assert said[0] == said[1]
    answers = [await minoru.delete(f"{METERS}/{name}") for name in (registration, "nosuch")]
    assert answers[0].content == answers[1].content
    assert await haruka.meters() == before
    assert await owed(events.CONFIRM_MAIL) == []


BAD: list[tuple[str, Json]] = [
    ("/email", {}), ("/email", {"email": "nobody"}), ("/email", {"email": "a@b\r\nBcc: c@d"}),
    ("/email", {"email": "a@b", "name": "x"}), ("/planned", {}), ("/planned", {"planned_mail": 1}),
    ("/planned", {"planned_mail": None}),
]  # fmt: skip


async def test_what_is_no_change_is_refused(haruka: Customer) -> None:
    registration = await haruka.registers(HARUKAS)
    for path, body in BAD:
        answer = await haruka.put(f"{METERS}/{registration}{path}", body)
        assert (answer.status_code, slug_of(answer)) == (400, "invalid-request"), body
    assert await state_of(haruka) == (None, "unset")


async def test_an_address_that_bounces_is_written_to_no_more_and_staff_see_it(
    homes: World, haruka: Customer
) -> None:
    registration = await haruka.registers(HARUKAS, email=MAIL)
    await on(homes, registration)
    await mail_bounced(registration, "old@example.jp")
    assert await state_of(haruka) == (MAIL, "on")
    with capture_logs() as lines:
        await mail_bounced(registration, MAIL)
        await mail_bounced(registration)
    assert [line["event"] for line in lines] == ["mail bounced"]
    assert MAIL not in str(lines)
    assert await state_of(haruka) == (MAIL, "bounced")
    await mail_bounced("nosuch")
    await haruka.writes_to(registration, MAIL)
    assert await state_of(haruka) == (MAIL, "to_confirm")
