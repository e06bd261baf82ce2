"""The doors to notifications: twice is once, one's own only, and only known push services."""

import msgspec
import pytest

from konsento.foundation.databases import PEOPLE
from konsento.management.notices.limits import (
    CHANGES,
    SUBSCRIPTION_KEPT_MS,
    SUBSCRIPTIONS_PER_VISITOR,
    TESTS,
)
from konsento.management.notices.subscribe import forget_unseen
from konsento_push.subscription import unpacked
from tests.assembly.answers import is_dressed, slug_of
from tests.management.notices.phones import Told
from tests.management.world import World
from tests.push.pushbox import HANG_UP, Browser
from tests.town import MINUTE_MS, Driver, Json

SUBSCRIPTION, FORGET = "/api/push/subscription", "/api/push/forget"
RENEWED, TEST = "/api/push/renewed", "/api/push/test"


async def rows() -> list[Json]:
    return await PEOPLE.ask("SELECT * FROM push_subscription ORDER BY created_at_ms, id")


def other(house: World, told: Told) -> Told:
    """Somebody else, with a phone of their own."""
    someone = house.person_as(Told, "192.0.2.7")
    someone.box = told.box
    return someone


async def test_the_key_is_a_point_that_a_browser_can_subscribe_with(told: Told) -> None:
    answer = await told.get("/api/push/key")
    point = unpacked((await told.said(answer))["public_key"])
    assert (len(point), point[0]) == (65, 4)


async def test_where_no_key_is_set_every_door_but_forgetting_says_that_push_is_off(
    house: World, told: Told
) -> None:
    wish = told.browser_here.wish(language="ja")
    house.settings = msgspec.structs.replace(house.settings, vapid_private_key="")
    house.start_anew()
    assert house.house.herald.pusher is None
    moved = {"old_endpoint": told.browser_here.endpoint, "subscription": told.browser_here.wish()}
    for answer in (
        await told.get("/api/push/key"), await told.put(SUBSCRIPTION, wish),
        await told.post(RENEWED, moved), await told.post(TEST),
    ):  # fmt: skip
        assert (answer.status_code, slug_of(answer)) == (404, "push-off")
        is_dressed(answer)
    endpoint = {"endpoint": told.browser_here.endpoint}
    assert (await told.post(FORGET, endpoint)).status_code == 204
    assert await rows() == []


async def test_subscribing_twice_is_once_and_takes_the_newer_language(told: Told) -> None:
    first = (await rows())[0]
    wish = told.browser_here.wish(language="en")
    again = await told.said(await told.put(SUBSCRIPTION, wish))
    (only,) = await rows()
    assert (only["id"], only["language"]) == (first["id"], "en") == (again["subscription_id"], "en")


async def test_a_browser_moves_to_who_comes_with_its_keys_and_to_nobody_else(
    house: World, told: Told
) -> None:
    wish = told.browser_here.wish(language="ja")
    thief, myself_again = other(house, told), other(house, told)
    stolen = wish | {"keys": told.box.browser().keys}
    answer = await thief.put(SUBSCRIPTION, stolen)
    assert (answer.status_code, slug_of(answer)) == (422, "push-subscription-refused")
    assert told.browser_here.endpoint not in answer.text
    before = (await rows())[0]
    assert (await myself_again.put(SUBSCRIPTION, wish)).status_code == 200
    after = (await rows())[0]
    assert after["id"] == before["id"]
    assert after["visitor"] != before["visitor"]
    await told.post(TEST)
    await house.let_pass()
    assert told.kinds() == []


async def test_a_person_has_so_many_browsers_and_the_longest_unseen_makes_room(
    house: World, told: Told
) -> None:
    first = told.browser_here
    for _ in range(SUBSCRIPTIONS_PER_VISITOR):
        await house.clock.advance(1)
        await told.subscribes()
    there = await rows()
    assert len(there) == SUBSCRIPTIONS_PER_VISITOR
    assert first.endpoint not in {row["endpoint"] for row in there}


async def test_forgetting_is_ones_own_says_nothing_and_can_be_repeated(
    house: World, told: Told
) -> None:
    body = {"endpoint": told.browser_here.endpoint}
    assert (await other(house, told).post(FORGET, body)).status_code == 204
    assert len(await rows()) == 1
    for _ in range(2):
        answer = await told.post(FORGET, body)
        assert (answer.status_code, answer.content) == (204, b"")
    assert await rows() == []


async def test_a_new_address_takes_the_old_ones_place_once(house: World, told: Told) -> None:
    old, new = told.browser_here, told.box.browser()
    body: Json = {"old_endpoint": old.endpoint, "subscription": new.wish()}
    answer = await other(house, told).post(RENEWED, body)
    assert (answer.status_code, slug_of(answer)) == (404, "unknown-subscription")
    first = await told.said(await told.post(RENEWED, body))
    again = await told.said(await told.post(RENEWED, body))
    assert first == again
    (only,) = await rows()
    assert (only["endpoint"], only["language"]) == (new.endpoint, "ja")
    await told.post(TEST)
    await house.let_pass()
    assert (told.kinds(old), told.kinds(new)) == ([], ["test"])


async def test_a_new_address_for_what_is_not_known_is_refused_like_a_foreign_one(
    house: World, told: Told
) -> None:
    nobody = other(house, told)
    body = {"old_endpoint": f"{told.box.origin}/x", "subscription": told.box.browser().wish()}
    foreign = body | {"old_endpoint": told.browser_here.endpoint}
    answers = [await nobody.post(RENEWED, each) for each in (body, foreign)]
    assert {(a.status_code, a.content) for a in answers} == {(404, answers[0].content)}


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://127.0.0.1:1/x", "https://127.0.0.1/x", "https://[::1]/x", "https://10.1.2.3/x",
        "https://169.254.169.254/latest/meta-data/", "http://fcm.googleapis.com/x",
        "https://user@fcm.googleapis.com/x", "https://fcm.googleapis.com.evil.example/x",
        "https://fcm.googleapis.com/x",  # not one of this house's services
        "https://localhost/x", "javascript:alert(1)", "x",
    ],
)  # fmt: skip
async def test_an_address_at_no_push_service_is_refused_by_both_doors(
    endpoint: str, told: Told
) -> None:
    before = await rows()
    keys = told.box.browser().keys
    put = await told.put(SUBSCRIPTION, {"endpoint": endpoint, "keys": keys, "language": "ja"})
    moved = {
        "old_endpoint": told.browser_here.endpoint,
        "subscription": {"endpoint": endpoint, "keys": keys},
    }
    for answer in (put, await told.post(RENEWED, moved)):
        assert (answer.status_code, slug_of(answer)) == (422, "push-subscription-refused")
        is_dressed(answer)
    assert await rows() == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "https://a.example/" + "x" * 1_000}, {"endpoint": ""}, {"endpoint": 5},
        {"language": "fr"}, {"keys": {"p256dh": "A" * 87}}, {"keys": None}, {"more": 1},
        {"keys": {"p256dh": "A" * 87, "auth": "A" * 22, "x": "y"}}, {"expirationTime": None},
    ],
)  # fmt: skip
async def test_what_is_not_of_the_stated_form_is_refused(wrong: Json, told: Told) -> None:
    wish = told.box.browser().wish(language="ja") | wrong
    answer = await told.put(SUBSCRIPTION, wish)
    assert (answer.status_code, slug_of(answer)) == (400, "invalid-request")
    assert len(await rows()) == 1


async def test_a_test_comes_to_each_browser_in_its_language_and_not_too_often(
    house: World, told: Told
) -> None:
    english = await told.subscribes("en")
    for _ in range(TESTS):
        assert (await told.post(TEST)).status_code == 202
    answer = await told.post(TEST)
    assert (answer.status_code, slug_of(answer)) == (429, "too-many-tries")
    await house.let_pass()
    assert told.kinds(english) == ["test"] * TESTS
    assert told.shown(english)[0]["title"] == "Notifications will come here"
    assert told.box.taken[0].payload["konsento"]["session_id"] is None
    await house.let_pass(10 * MINUTE_MS)
    assert (await told.post(TEST)).status_code == 202


async def test_addresses_cannot_be_put_in_without_end(house: World, told: Told) -> None:
    wish = told.browser_here.wish(language="ja")
    answers = [(await told.put(SUBSCRIPTION, wish)).status_code for _ in range(CHANGES)]
    assert set(answers) == {200, 429}
    assert (await other(house, told).put(SUBSCRIPTION, wish)).status_code == 200


async def test_a_browser_unseen_as_long_as_a_cookie_lives_is_forgotten(
    house: World, told: Told
) -> None:
    await house.clock.advance(SUBSCRIPTION_KEPT_MS)
    await forget_unseen(house.house.herald)
    assert len(await rows()) == 1
    await house.clock.advance(1)
    await forget_unseen(house.house.herald)
    assert await rows() == []


async def fifty(house: World, told: Told) -> tuple[list[Told], list[Browser]]:
    """Five people with ten browsers each."""
    people = [told, *(house.person_as(Told, f"198.51.100.{number}") for number in range(4))]
    browsers = [told.browser_here]
    for most, who in enumerate(people, 1):
        who.box = told.box
        while len(browsers) < 10 * most:
            browsers.append(await who.subscribes())
    return people, browsers


async def test_of_fifty_browsers_those_that_are_gone_or_slow_hold_up_no_other(
    house: World, told: Told
) -> None:
    people, browsers = await fifty(house, told)
    assert len(browsers) == 50
    dead, away, strange = browsers[3], browsers[17], browsers[31]
    told.box.moods = {dead.path: 410, away.path: HANG_UP, strange.path: 403}
    for who in people:
        await who.post(TEST)
    await house.let_pass()
    served = [browser for browser in browsers if told.kinds(browser) == ["test"]]
    assert len(served) == 48  # the one that hung up had taken it
    told.box.moods = {}
    await house.let_pass(MINUTE_MS)
    assert told.kinds(away) == ["test", "test"]
    there = {row["endpoint"]: row["quarantined_at_ms"] for row in await rows()}
    assert len(there) == 49
    assert dead.endpoint not in there
    assert [endpoint for endpoint, since in there.items() if since] == [strange.endpoint]


async def test_a_stranger_without_a_browser_is_told_nothing_and_nothing_is_owed(
    house: World, driver: Driver
) -> None:
    assert (await driver.post(TEST)).status_code == 202
    assert await PEOPLE.ask("SELECT id FROM outbox") == []
