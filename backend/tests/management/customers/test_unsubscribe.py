"""Mails are stopped by one click of a mail provider's, and by nobody's guess (RFC 8058, T22)."""

import asyncio
from typing import Any

import httpx
import pytest

from konsento.foundation.databases import PEOPLE
from konsento.foundation.ids import ALPHABET
from konsento.management.customers.links import (
    LinkNoLongerValid,
    MailList,
    Subscribed,
    read_token,
    unsubscribe_token,
    unsubscribe_url,
)
from tests.assembly.answers import is_dressed, slug_of
from tests.management.customers.homes import HARUKAS, MINORUS, Customer, on
from tests.management.world import SETTINGS, World
from tests.town import ORIGIN, Json

SECRET = SETTINGS["mail_secret"]
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
RESUME = "/api/mail/resume"
MAIL = "haruka@example.jp"


async def rows() -> list[dict[str, Any]]:
    return await PEOPLE.ask("SELECT * FROM registration ORDER BY id")


async def row(registration_id: str) -> dict[str, Any]:
    return (await PEOPLE.ask("SELECT * FROM registration WHERE id = {}", registration_id))[0]


async def written_to(homes: World, customer: Customer) -> str:
    registration = await customer.registers(HARUKAS, email=MAIL)
    await on(homes, registration)
    return registration


class Provider:
    """A mail provider's server: no cookie, no header of ours."""

    def __init__(self, house: World) -> None:
        someone = house.person("203.0.113.9")
        self.http = someone.phone
        del self.http.headers["X-Requested-By"]

    async def clicks(self, url: str, **form: Any) -> httpx.Response:
        self.http.cookies.clear()
        return await self.http.post(url, **(form or {"data": ONE_CLICK}))


def link(registration: str, mail_list: MailList = "outages") -> str:
    return unsubscribe_url(ORIGIN, unsubscribe_token(registration, mail_list, SECRET))


async def test_one_click_stops_the_mails_of_that_list_and_no_others(
    homes: World, haruka: Customer
) -> None:
    registration = await written_to(homes, haruka)
    provider = Provider(homes)
    answer = await provider.clicks(link(registration, "planned"))
    is_dressed(answer)
    assert (answer.status_code, answer.json()) == (200, {"mail_list": "planned"})
    found = await row(registration)
    assert (found["email_state"], bool(found["planned_mail"])) == ("on", False)
    first, again = [await provider.clicks(link(registration)) for _ in range(2)]
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert first.json() == {"mail_list": "outages"}
    assert (await row(registration))["email_state"] == "stopped"


async def test_the_form_may_come_in_parts(homes: World, haruka: Customer) -> None:
    registration = await written_to(homes, haruka)
    parts = {name: (None, value) for name, value in ONE_CLICK.items()}
    answer = await Provider(homes).clicks(link(registration), files=parts)
    assert answer.status_code == 200
    assert (await row(registration))["email_state"] == "stopped"


async def test_a_gateway_that_opens_every_link_changes_nothing(
    homes: World, haruka: Customer
) -> None:
    registration = await written_to(homes, haruka)
    before = await rows()
    for url in (link(registration), link(registration, "planned"), link("0" * 26)):
        for method in ("GET", "HEAD"):
            answer = await haruka.phone.request(method, url)
            assert answer.status_code == 303
            assert answer.headers["location"] == f"/mail/stop#{url.rpartition('/')[2]}"
            is_dressed(answer)
        assert (await haruka.phone.options(url)).status_code < 500
    assert await rows() == before


async def test_what_is_no_one_click_is_refused(homes: World, haruka: Customer) -> None:
    registration = await written_to(homes, haruka)
    before = await rows()
    provider, url = Provider(homes), link(registration)
    multipart, typed = "multipart/form-data", "application/x-www-form-urlencoded"
    forms: list[Json] = [
        {"data": {}}, {"data": {"List-Unsubscribe": "maybe"}}, {"json": ONE_CLICK},
        {"content": b"\xff" * 50}, {"content": b"List-Unsubscribe=One-Click"},
        {"content": b"\xff=%ff%&&=", "headers": {"Content-Type": typed}},
        {"content": b"--a\r\n\r\n", "headers": {"Content-Type": multipart}},
        {"content": b"--a\r\nx", "headers": {"Content-Type": f"{multipart}; boundary=a"}},
        {"content": b"a=b&" * 50_000, "headers": {"Content-Type": typed}},
    ]  # fmt: skip
    for form in forms:
        answer = await provider.clicks(url, **form)
        assert answer.status_code in {400, 413}, form
        assert slug_of(answer) in {"invalid-request", "invalid-json", "bad-request"}
    assert await rows() == before


async def test_mails_come_again_where_they_were_stopped_and_nowhere_else(
    homes: World, haruka: Customer
) -> None:
    registration = await written_to(homes, haruka)
    token = unsubscribe_token(registration, "outages", SECRET)
    planned = unsubscribe_token(registration, "planned", SECRET)
    provider = Provider(homes)
    await provider.clicks(link(registration))
    await provider.clicks(link(registration, "planned"))
    for given, name in ((token, "outages"), (planned, "planned"), (token, "outages")):
        answer = await haruka.phone.post(RESUME, json={"token": given})
        assert (answer.status_code, answer.json()) == (200, {"mail_list": name})
    found = await row(registration)
    assert (found["email_state"], bool(found["planned_mail"])) == ("on", True)
    await haruka.writes_to(registration, "other@example.jp")
    await haruka.phone.post(RESUME, json={"token": token})
    assert (await row(registration))["email_state"] == "to_confirm"
    answer = await provider.http.post(RESUME, json={"token": token})
    assert (answer.status_code, slug_of(answer)) == (403, "cross-site")


async def test_a_forged_link_stops_nothing(homes: World, haruka: Customer) -> None:
    registration = await written_to(homes, haruka)
    theirs = await haruka.registers(MINORUS)
    before = await rows()
    genuine = unsubscribe_token(registration, "outages", SECRET)
    other = unsubscribe_token(theirs, "outages", SECRET)
    forged = [
        unsubscribe_token(registration, "outages", "another secret of twenty"),
        unsubscribe_token(registration, "outages", ""),
        genuine[:26] + "p" + genuine[27:], genuine[:27] + other[27:], theirs + genuine[26:],
        genuine[:-1] + ALPHABET[ALPHABET.index(genuine[-1]) ^ 1], "0" * 53,
    ]  # fmt: skip
    provider = Provider(homes)
    for token in forged:
        answer = await provider.clicks(unsubscribe_url(ORIGIN, token))
        is_dressed(answer)
        assert (answer.status_code, slug_of(answer)) == (422, "link-no-longer-valid")
        answer = await haruka.phone.post(RESUME, json={"token": token})
        assert slug_of(answer) == "link-no-longer-valid"
    for none in ("x", "0" * 52, "0" * 54, "A" * 53, "%00" * 53):
        answer = await provider.clicks(unsubscribe_url(ORIGIN, none))
        assert answer.status_code in {400, 404}
        slug_of(answer)
    assert await rows() == before


async def test_a_link_is_not_found_by_guessing(homes: World, haruka: Customer) -> None:
    registration = await written_to(homes, haruka)
    about = unsubscribe_token(registration, "outages", SECRET)[:27]
    for guess in range(10_000):
        with pytest.raises(LinkNoLongerValid):
            read_token(f"{about}{guess:026d}", SECRET)


async def test_where_no_secret_is_set_no_link_is_believed() -> None:
    with pytest.raises(LinkNoLongerValid):
        read_token(unsubscribe_token("0" * 26, "outages", ""), "")


def test_a_token_is_the_same_each_time_and_names_what_it_is_about() -> None:
    made = {unsubscribe_token("0" * 26, name, SECRET) for name in ("outages", "planned") * 2}
    assert len(made) == 2
    assert {read_token(token, SECRET) for token in made} == {
        Subscribed("0" * 26, "outages"), Subscribed("0" * 26, "planned"),
    }  # fmt: skip


async def test_what_is_over_is_stopped_as_well(homes: World, haruka: Customer) -> None:
    registration = await written_to(homes, haruka)
    await haruka.leaves_meter(registration)
    before = await rows()
    answers = [await Provider(homes).clicks(link(each)) for each in (registration, "0" * 25 + "z")]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    assert await rows() == before


async def test_clicks_at_once_are_one(homes: World, haruka: Customer) -> None:
    registration = await written_to(homes, haruka)
    provider = Provider(homes)
    answers = await asyncio.gather(*(provider.clicks(link(registration)) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {200}
    assert (await row(registration))["email_state"] == "stopped"
