"""Signing in opens the desk for a while; a wrong word opens nothing and tells nothing."""

import pytest
from structlog.testing import capture_logs

from konsento.foundation.databases import PEOPLE
from konsento.foundation.ids import SystemIds
from konsento.management.operators.limits import (
    IDLE_MS,
    SEEN_EVERY_MS,
    SESSION_MS,
    TRIES_PER_ASKER,
    TRIES_PER_MS,
    TRIES_PER_NAME,
)
from konsento.management.operators.sign_in import COOKIE, Desk, digest
from tests.management.operators.front_desk import HANA, HOME, KEN, FrontDesk

MINUTE_MS = 60_000


async def sessions() -> int:
    return len(await PEOPLE.ask("SELECT digest FROM operator_session"))


async def test_the_right_password_opens_the_desk(front: FrontDesk) -> None:
    browser = front.browser()
    answer = await front.sign_in(browser, *HANA)
    assert answer.status_code == 200
    assert answer.json() == {
        "name": "hana", "facility": "midori",
        "facility_name": {"ja": "みどり町駐車場", "en": "Midori-cho car park"},
    }  # fmt: skip
    assert (await front.ask(browser, "GET", "/me")).json() == answer.json()


async def test_the_cookie_is_for_this_host_alone_and_for_no_script(front: FrontDesk) -> None:
    answer = await front.sign_in(front.browser(), *HANA)
    (said,) = [v for v in answer.headers.get_list("set-cookie") if v.startswith(COOKIE)]
    parts = {part.strip().lower() for part in said.split(";")[1:]}
    assert {"httponly", "secure", "path=/", "samesite=strict"} <= parts
    assert f"max-age={SESSION_MS // 1000}" in parts
    assert not any(part.startswith("domain") for part in parts)
    assert answer.headers["cache-control"] == "no-store"


async def test_only_a_digest_of_the_secret_is_kept(front: FrontDesk) -> None:
    browser = await front.sit_down(HANA)
    token = browser.cookies[COOKIE]
    rows = await PEOPLE.ask("SELECT * FROM operator_session")
    assert [row["digest"] for row in rows] == [digest(token)]
    assert token not in str(rows)
    assert len(SystemIds().token()) == 52  # 260 bits


async def test_an_unknown_name_is_answered_as_a_wrong_password_is(front: FrontDesk) -> None:
    wrong = await front.sign_in(front.browser(), HANA[0], "not her password")
    unknown = await front.sign_in(front.browser(), "nobody", "not her password")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.content == unknown.content
    assert wrong.json()["type"] == "/problems/wrong-name-or-password"
    assert COOKIE not in str(wrong.headers) + str(unknown.headers)


async def test_an_unknown_name_costs_the_same_work(front: FrontDesk) -> None:
    checked: list[str] = []
    passwords = front.desk.passwords

    class Watched(type(passwords)):  # type: ignore[misc]
        async def fits(self, password: str, stored: str) -> bool:
            checked.append("$".join(stored.split("$")[:4]))
            return await passwords.fits(password, stored)

    front.desk.passwords = Watched(passwords._cost)
    for name in (HANA[0], "nobody"):
        await front.sign_in(front.browser(), name, "not her password")
    assert len(checked) == 2
    assert checked[0] == checked[1]


async def test_each_sign_in_has_a_secret_of_its_own_and_ends_the_old_one(front: FrontDesk) -> None:
    browser = await front.sit_down(HANA)
    old = browser.cookies[COOKIE]
    await front.sign_in(browser, *HANA)
    assert browser.cookies[COOKIE] != old
    assert await sessions() == 1
    for token, status in ((old, 401), (browser.cookies[COOKIE], 200)):
        bare = front.browser()
        bare.headers["cookie"] = f"{COOKIE}={token}"
        assert (await front.ask(bare, "GET", "/me")).status_code == status


async def test_a_secret_planted_before_the_sign_in_opens_nothing_after_it(front: FrontDesk) -> None:
    planted = "0" * 52
    browser = front.browser()
    browser.headers["cookie"] = f"{COOKIE}={planted}"
    answer = await front.sign_in(browser, *HANA)
    assert planted not in answer.headers["set-cookie"]
    assert (await front.ask(browser, "GET", "/me")).status_code == 401


async def test_signing_in_as_another_ends_the_first(front: FrontDesk) -> None:
    browser = await front.sit_down(HANA)
    assert (await front.sign_in(browser, *KEN)).json()["name"] == "ken"
    assert await sessions() == 1


async def test_two_browsers_of_one_operator_do_not_disturb_each_other(front: FrontDesk) -> None:
    first, second = await front.sit_down(HANA), await front.sit_down(HANA)
    await front.ask(first, "POST", "/sign-out")
    assert (await front.ask(first, "GET", "/me")).status_code == 401
    assert (await front.ask(second, "GET", "/me")).status_code == 200


async def test_signing_out_twice_is_once(front: FrontDesk) -> None:
    browser = await front.sit_down(HANA)
    token = browser.cookies[COOKIE]
    first = await front.ask(browser, "POST", "/sign-out")
    assert first.status_code == 204
    assert f'{COOKIE}=""' in first.headers["set-cookie"] or f"{COOKIE}=;" in str(first.headers)
    assert COOKIE not in browser.cookies
    assert await sessions() == 0
    browser.headers["cookie"] = f"{COOKIE}={token}"
    assert (await front.ask(browser, "POST", "/sign-out")).status_code == 204
    assert (await front.ask(browser, "GET", "/me")).status_code == 401


async def test_an_idle_desk_closes_after_half_an_hour(front: FrontDesk) -> None:
    browser = await front.sit_down(HANA)
    await front.clock.advance(IDLE_MS - 1)
    assert (await front.ask(browser, "GET", "/me")).status_code == 200
    await front.clock.advance(IDLE_MS)
    assert (await front.ask(browser, "GET", "/me")).status_code == 401


async def test_a_busy_desk_closes_after_twelve_hours_all_the_same(front: FrontDesk) -> None:
    browser = await front.sit_down(HANA)
    for _ in range(SESSION_MS // (20 * MINUTE_MS) - 1):
        await front.clock.advance(20 * MINUTE_MS)
        assert (await front.ask(browser, "GET", "/me")).status_code == 200
    await front.clock.advance(20 * MINUTE_MS)
    assert (await front.ask(browser, "GET", "/me")).status_code == 401


async def test_being_there_is_written_down_once_a_minute_at_most(front: FrontDesk) -> None:
    browser = await front.sit_down(HANA)
    begun_ms = front.clock.now_ms()

    async def seen_ms() -> int:
        await front.ask(browser, "GET", "/me")
        return int((await PEOPLE.ask("SELECT seen_at_ms FROM operator_session"))[0]["seen_at_ms"])

    await front.clock.advance(SEEN_EVERY_MS - 1)
    assert await seen_ms() == begun_ms
    await front.clock.advance(1)
    assert await seen_ms() == begun_ms + SEEN_EVERY_MS


async def test_what_is_over_is_cleared_at_the_next_sign_in(front: FrontDesk) -> None:
    await front.sit_down(HANA)
    await front.sit_down(KEN)
    await front.clock.advance(SESSION_MS)
    await front.sit_down(KEN)
    assert await sessions() == 1


async def test_guessing_is_slowed_and_right_after_a_while_again(front: FrontDesk) -> None:
    for _ in range(TRIES_PER_ASKER):
        assert (await front.sign_in(front.browser(), "hana", "a guess")).status_code == 401
    refused = await front.sign_in(front.browser(), *HANA)
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) >= 1
    await front.clock.advance(TRIES_PER_MS // TRIES_PER_ASKER)
    assert (await front.sign_in(front.browser(), *HANA)).status_code == 200


def test_one_name_is_not_guessed_from_many_places() -> None:
    desk = Desk()
    for n in range(TRIES_PER_NAME):
        desk.take(f"192.0.2.{n}", "Hana", 0)
    with pytest.raises(Exception, match="Too many tries"):
        desk.take("198.51.100.1", "hana", 0)
    desk.take("198.51.100.1", "ken", 0)


@pytest.mark.parametrize(
    "body",
    [
        {"name": "hana"},
        {"name": "hana", "password": ""},
        {"name": "hana", "password": "x" * 129},
        {"name": "x" * 65, "password": "x"},
        {"name": "hana", "password": "x", "facility": "aoba"},
        {"name": 1, "password": "x"},
        [],
    ],
)
async def test_a_sign_in_of_another_form_is_refused(front: FrontDesk, body: object) -> None:
    assert (await front.ask(front.browser(), "POST", "/sign-in", body)).status_code == 400


async def test_a_sign_in_from_another_site_is_refused(front: FrontDesk) -> None:
    stranger = front.browser()
    del stranger.headers["x-requested-by"]
    assert (await front.sign_in(stranger, *HANA)).status_code == 403
    stranger = front.browser()
    stranger.headers["sec-fetch-site"] = "cross-site"
    assert (await front.sign_in(stranger, *HANA)).status_code == 403


async def test_no_log_tells_who_tried_or_with_what(front: FrontDesk) -> None:
    with capture_logs() as lines:
        await front.sit_down(HANA)
        await front.sign_in(front.browser(), "hana", "a wrong guess of mine")
    assert [line["event"] for line in lines] == ["signed in", "sign-in refused"]
    assert "hana" not in str(lines)
    assert "guess" not in str(lines)


def test_the_page_is_where_the_tests_think_it_is() -> None:
    assert HOME.startswith("https://")  # a __Host- cookie is taken from nowhere else
