"""A session on another device: what a link opens, what it does not, and how long."""

import pytest

from konsento.foundation.databases import PEOPLE
from konsento.management.accounts.visitor import digest
from konsento.management.charging.link import (
    FOLLOWERS_MAX,
    LINK_KEPT_MS,
    LINKS_MAX,
    forget_links,
)
from tests.management.charges import begun, charging, settled
from tests.management.world import World
from tests.town import BIKE, CAR, MINUTE_MS, ORIGIN, Driver, Json, Refused

CARD = ("card_brand", "card_last4")


async def link(driver: Driver, session: Json) -> str:
    """The secret of a new link."""
    url = (await driver.wants(session, "link"))["url"]
    address, _, token = url.partition("#k=")
    assert address == f"{ORIGIN}/s/{session['session_id']}"
    return str(token)


async def joins(driver: Driver, session: Json, token: str) -> Json:
    path = f"/api/sessions/{session['session_id']}/join"
    return await driver.said(await driver.post(path, {"token": token}))


async def is_shut_out(driver: Driver, session: Json) -> None:
    for verb in ("sees", "receipt"):
        with pytest.raises(Refused) as refused:
            await getattr(driver, verb)(session)
        assert (refused.value.status, refused.value.slug) == (404, "unknown-session")


async def test_who_has_the_link_follows_stops_and_sees_the_receipt(
    house: World, driver: Driver, neighbour: Driver
) -> None:
    await house.do(CAR, "plug_car")
    session = await charging(house, driver)
    await is_shut_out(neighbour, session)
    token = await link(driver, session)
    seen = await joins(neighbour, session, token)
    own = await driver.sees(session)
    assert (seen["state"], seen["mine"], own["mine"]) == ("charging", False, True)
    assert await joins(neighbour, session, token) == seen == await neighbour.sees(session)
    assert (await neighbour.wants(session, "stop"))["state"] == "stopping"
    await settled(house, driver, session, "driver")
    theirs, mine = await neighbour.receipt(session), await driver.receipt(session)
    assert [mine.pop(name) for name in CARD] == ["visa", "4242"]
    assert [theirs.pop(name) for name in CARD] == [None, None]
    assert theirs == mine


async def test_a_follower_is_told_no_card_and_no_page_to_pay_at(
    house: World, driver: Driver, neighbour: Driver
) -> None:
    session = await begun(house, driver)
    assert session["pay_url"]
    seen = await joins(neighbour, session, await link(driver, session))
    assert seen["pay_url"] is None
    await house.do(CAR, "plug_car")
    await driver.pays(session)
    await house.let_pass(2_000)
    own, seen = await driver.sees(session), await neighbour.sees(session)
    assert [own["payment"][name] for name in CARD] == ["visa", "4242"]
    assert [seen["payment"][name] for name in CARD] == [None, None]
    await driver.wants(session, "stop")
    await house.let_pass(5 * MINUTE_MS)
    told = await neighbour.get(f"/api/sessions/{session['session_id']}/events")
    assert "4242" not in told.text
    assert '"state":"settled"' in told.text


async def test_a_link_opens_one_session_and_nothing_else(
    house: World, driver: Driver, neighbour: Driver
) -> None:
    session, other = await begun(house, driver), await begun(house, driver, BIKE)
    token = await link(driver, session)
    await joins(neighbour, session, token)
    await is_shut_out(neighbour, other)
    with pytest.raises(Refused, match="unknown-session"):
        await joins(neighbour, other, token)
    for verb in ("link", "continue", "payment"):
        with pytest.raises(Refused) as refused:
            await neighbour.wants(session, verb)
        assert (refused.value.status, refused.value.slug) == (404, "unknown-session")
    assert await neighbour.said(await neighbour.get("/api/sessions")) == {"sessions": []}
    assert (await neighbour.looks_at(house.codes[CAR]))["session_id"] is None


async def test_a_wrong_secret_answers_as_a_missing_session_does(
    house: World, driver: Driver, neighbour: Driver
) -> None:
    session = await begun(house, driver)
    token = await link(driver, session)
    await neighbour.looks_at(house.codes[CAR])
    said = []
    for name, wrong in (
        (session["session_id"], "0" * 52), (session["session_id"], token[:-1]),
        (session["session_id"], digest(token)), (session["session_id"], "\x00"),
        ("0" * 25 + "z", token),
    ):  # fmt: skip
        answer = await neighbour.post(f"/api/sessions/{name}/join", {"token": wrong})
        said.append((answer.status_code, sorted(answer.headers.items()), answer.content))
    assert said[0][0] == 404
    assert all(each == said[0] for each in said)
    await is_shut_out(neighbour, session)


async def test_of_a_links_secret_only_a_digest_is_kept(house: World, driver: Driver) -> None:
    session = await begun(house, driver)
    one, other = await link(driver, session), await link(driver, session)
    assert one != other
    assert len(one) == 52  # of 32 symbols: 260 bits
    rows = await PEOPLE.ask("SELECT digest FROM session_link")
    assert {row["digest"] for row in rows} == {digest(one), digest(other)}
    for table in ("session_link", "idempotency", "outbox", "session"):
        assert one not in str(await PEOPLE.ask(f"SELECT * FROM {table}"))


async def test_a_link_ends_a_week_after_its_session_and_takes_its_followers_along(
    house: World, driver: Driver, neighbour: Driver
) -> None:
    session = await begun(house, driver)
    token = await link(driver, session)
    await joins(neighbour, session, token)
    await driver.wants(session, "stop")
    await house.let_pass(MINUTE_MS)
    ended_at_ms = (await driver.sees(session))["ended_at_ms"]
    await house.clock.advance(ended_at_ms + LINK_KEPT_MS - 1 - house.clock.now_ms())
    assert (await neighbour.sees(session))["state"] == "cancelled"
    await joins(house.person(), session, token)
    await forget_links(house.clock.now_ms())
    assert (await neighbour.sees(session))["state"] == "cancelled"
    await house.clock.advance(1)
    await is_shut_out(neighbour, session)
    with pytest.raises(Refused, match="unknown-session"):
        await joins(house.person(), session, token)
    with pytest.raises(Refused, match="not-in-this-state"):
        await link(driver, session)
    assert (await driver.sees(session))["mine"]
    for _ in range(2):
        await forget_links(house.clock.now_ms())
    for table in ("session_link", "session_follower"):
        assert await PEOPLE.ask(f"SELECT * FROM {table}") == []


async def test_the_newest_links_and_followers_are_kept_and_no_more(
    house: World, driver: Driver
) -> None:
    session = await begun(house, driver)
    tokens = []
    for _ in range(LINKS_MAX + 1):
        await house.clock.advance(1)
        tokens.append(await link(driver, session))
    with pytest.raises(Refused, match="unknown-session"):
        await joins(house.person(), session, tokens[0])
    people = [house.person() for _ in range(FOLLOWERS_MAX + 1)]
    for each in people:
        await house.clock.advance(1)
        await joins(each, session, tokens[1])
    await is_shut_out(people[0], session)
    assert (await people[1].sees(session))["state"] == "authorising"
    assert not (await people[-1].sees(session))["mine"]


async def test_ones_own_link_changes_nothing(house: World, driver: Driver) -> None:
    session = await begun(house, driver)
    seen = await joins(driver, session, await link(driver, session))
    assert (seen["mine"], seen["pay_url"]) == (True, session["pay_url"])
    assert await PEOPLE.ask("SELECT * FROM session_follower") == []
