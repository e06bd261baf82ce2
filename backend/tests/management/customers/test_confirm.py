"""Links that confirm an address: one purpose, 48 hours, and opened twice is once."""

import asyncio

import httpx
import pytest

from konsento.foundation.databases import PEOPLE
from konsento.management.customers.confirm import digest, forget_links, fresh_token
from konsento.management.customers.limits import CONFIRM_WITHIN_MS
from konsento.management.customers.links import unsubscribe_token
from tests.assembly.answers import is_dressed, slug_of
from tests.management.customers.homes import HARUKAS, Customer
from tests.management.world import SETTINGS, World

CONFIRM = "/api/mail/confirm"
MAIL = "haruka@example.jp"


async def mailed(homes: World, registration_id: str) -> str:
    """The secret of the link as it stands in the mail."""
    token = await fresh_token(registration_id, homes.ids, homes.clock.now_ms())
    assert token is not None
    return token


async def opens(customer: Customer, token: str) -> httpx.Response:
    """On the page that the link leads to; the browser has no key for it, and needs none."""
    return await customer.phone.post(CONFIRM, json={"token": token})


async def state(registration_id: str) -> str:
    sql = "SELECT email_state FROM registration WHERE id = {}"
    return str((await PEOPLE.ask(sql, registration_id))[0]["email_state"])


async def is_refused(customer: Customer, token: str) -> None:
    answer = await opens(customer, token)
    is_dressed(answer)
    assert (answer.status_code, slug_of(answer)) == (422, "link-no-longer-valid")


async def test_a_link_confirms_once_however_often_and_wherever_it_is_opened(
    homes: World, haruka: Customer, minoru: Customer
) -> None:
    registration = await haruka.registers(HARUKAS, email=MAIL)
    token = await mailed(homes, registration)
    answer = await opens(haruka, token)
    assert (answer.status_code, answer.json()) == (200, {"registration_id": registration})
    assert await state(registration) == "on"
    before = await PEOPLE.ask("SELECT * FROM mail_confirm")
    again = await opens(haruka, token)
    assert (again.status_code, again.content) == (200, answer.content)
    elsewhere = await opens(minoru, token)
    assert (elsewhere.status_code, elsewhere.json()) == (200, {"registration_id": None})
    assert await PEOPLE.ask("SELECT * FROM mail_confirm") == before
    assert token not in str(before)


async def test_a_link_that_was_used_turns_nothing_on_again(homes: World, haruka: Customer) -> None:
    registration = await haruka.registers(HARUKAS, email=MAIL)
    token = await mailed(homes, registration)
    await opens(haruka, token)
    await haruka.writes_to(registration, None)
    assert (await opens(haruka, token)).status_code == 200
    assert await state(registration) == "unset"


async def test_a_mail_that_was_sent_twice_is_good_in_both_copies(
    homes: World, haruka: Customer
) -> None:
    registration = await haruka.registers(HARUKAS, email=MAIL)
    first, second = [await mailed(homes, registration) for _ in range(2)]
    assert (await opens(haruka, first)).status_code == 200
    assert await fresh_token(registration, homes.ids, homes.clock.now_ms()) is None
    await is_refused(haruka, second)


async def test_a_new_request_ends_the_link_of_the_one_before(
    homes: World, haruka: Customer
) -> None:
    registration = await haruka.registers(HARUKAS, email=MAIL)
    first = await mailed(homes, registration)
    await haruka.writes_to(registration, "other@example.jp")
    await is_refused(haruka, first)
    second = await mailed(homes, registration)
    await haruka.writes_to(registration, "other@example.jp")
    await is_refused(haruka, second)
    assert await state(registration) == "to_confirm"
    assert (await opens(haruka, await mailed(homes, registration))).status_code == 200


async def test_a_link_lives_for_two_days(homes: World, haruka: Customer) -> None:
    registration = await haruka.registers(HARUKAS, email=MAIL)
    late, later = [await mailed(homes, registration) for _ in range(2)]
    await homes.clock.advance(CONFIRM_WITHIN_MS - 1)
    assert (await opens(haruka, late)).status_code == 200
    await homes.clock.advance(1)
    await is_refused(haruka, late)
    await is_refused(haruka, later)
    await forget_links(homes.clock.now_ms())
    assert await PEOPLE.ask("SELECT * FROM mail_confirm") == []


async def test_what_was_never_mailed_opens_nothing(homes: World, haruka: Customer) -> None:
    registration = await haruka.registers(HARUKAS, email=MAIL)
    token = await mailed(homes, registration)
    stop = unsubscribe_token(registration, "outages", SETTINGS["mail_secret"])
    for forged in (registration, digest(token), token.upper() + "x", token[:-1], "🔌", stop):
        await is_refused(haruka, forged)
    assert await state(registration) == "to_confirm"
    for bad in ({}, {"token": ""}, {"token": "x" * 201}, {"token": None}, {"token": "x", "a": 1}):
        answer = await haruka.phone.post(CONFIRM, json=bad)
        assert (answer.status_code, slug_of(answer)) == (400, "invalid-request")


async def test_a_link_cannot_be_guessed_by_the_thousand(homes: World, haruka: Customer) -> None:
    await haruka.registers(HARUKAS, email=MAIL)
    guesses = (f"{number:026d}" for number in range(1_000_000, 1_000_200))
    answers = await asyncio.gather(*(opens(haruka, guess) for guess in guesses))
    assert {slug_of(answer) for answer in answers} == {"link-no-longer-valid", "too-many-tries"}


async def test_another_site_cannot_have_a_link_opened(homes: World, haruka: Customer) -> None:
    registration = await haruka.registers(HARUKAS, email=MAIL)
    token = await mailed(homes, registration)
    del haruka.phone.headers["X-Requested-By"]
    answer = await opens(haruka, token)
    assert (answer.status_code, slug_of(answer)) == (403, "cross-site")
    assert await state(registration) == "to_confirm"


async def test_a_mailbox_is_told_once_though_its_browser_lost_its_cookie(
    homes: World, haruka: Customer, minoru: Customer
) -> None:
    before = await haruka.registers(HARUKAS, email=MAIL)
    await opens(haruka, await mailed(homes, before))
    now = await minoru.registers(HARUKAS, email=MAIL)
    assert await state(before) == "on"
    await opens(minoru, await mailed(homes, now))
    assert (await state(before), await state(now)) == ("unset", "on")


@pytest.mark.parametrize("ended", ["left", "nosuch"])
async def test_nothing_is_mailed_of_what_is_over(
    homes: World, haruka: Customer, ended: str
) -> None:
    registration = await haruka.registers(HARUKAS, email=MAIL)
    token = await mailed(homes, registration)
    await haruka.leaves_meter(registration)
    await is_refused(haruka, token)
    about = registration if ended == "left" else ended
    assert await fresh_token(about, homes.ids, homes.clock.now_ms()) is None
