"""What belongs to somebody else does not exist; what claims to come from the provider is proven."""

import hashlib
import hmac

import msgspec
import pytest

from konsento.foundation.databases import PEOPLE
from konsento.twin.courier import sign
from konsento.twin.tables import TWIN
from tests.assembly.answers import is_dressed, slug_of
from tests.management.charges import begun, charging, settled
from tests.management.world import HOOK_SECRET, World
from tests.town import CAR, MINUTE_MS, Driver, Json

MISSING = "0" * 25 + "z"
DOORS = [
    ("GET", ""), ("GET", "/events"), ("GET", "/receipt"), ("POST", "/stop"),
    ("POST", "/continue"), ("POST", "/payment"), ("POST", "/resume"),
]  # fmt: skip
BODIES = {"/resume": {"pause": 1}}
HOOK = "/api/stripe/webhook"


async def test_another_persons_session_answers_as_a_missing_one_to_the_last_byte(
    house: World, driver: Driver, neighbour: Driver
) -> None:
    await house.do(CAR, "plug_car")
    session = await charging(house, driver)
    await neighbour.looks_at(house.codes[CAR])
    for method, door in DOORS:
        said = []
        for name in (session["session_id"], MISSING):
            path = f"/api/sessions/{name}{door}"
            if method == "GET":
                answer = await neighbour.get(path)
            else:
                answer = await neighbour.post(path, BODIES.get(door))
            assert slug_of(answer) == "unknown-session"
            said.append((answer.status_code, sorted(answer.headers.items()), answer.content))
        assert said[0] == said[1]
        assert said[0][0] == 404
    assert (await neighbour.said(await neighbour.get("/api/sessions"))) == {"sessions": []}
    assert (await driver.sees(session))["state"] == "charging"
    await driver.wants(session, "stop")
    await settled(house, driver, session, "driver")


async def test_a_phone_without_its_cookie_is_a_stranger(house: World, driver: Driver) -> None:
    session = await begun(house, driver)
    for forged in ("", "x", "a" * 52, "0" * 51, "0" * 5_000, '"><script>', "__Host-visitor"):
        stranger = house.person()
        stranger.phone.headers["Cookie"] = f"__Host-visitor={forged}"
        answer = await stranger.get(f"/api/sessions/{session['session_id']}")
        assert answer.status_code == 404
        is_dressed(answer)


async def test_the_history_is_ones_own_and_the_newest_comes_first(
    house: World, driver: Driver, neighbour: Driver
) -> None:
    first = await begun(house, driver)
    await house.let_pass(MINUTE_MS)
    second = await begun(house, driver)
    await begun(house, neighbour)
    lines = (await driver.said(await driver.get("/api/sessions")))["sessions"]
    assert [line["session_id"] for line in lines] == [second["session_id"], first["session_id"]]


async def test_a_forged_return_is_a_reason_to_look_and_changes_nothing(
    house: World, driver: Driver, neighbour: Driver
) -> None:
    session = await begun(house, driver)
    for way in ("", "?paid=1&status=complete", "?session_id=cs_live_1"):
        answer = await neighbour.get(f"/pay/returned/{session['session_id']}{way}")
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/s/{session['session_id']}"
        is_dressed(answer)
    await house.let_pass(1_000)
    view = await driver.sees(session)
    assert (view["state"], view["payment"]["state"]) == ("authorising", "none")
    assert (await neighbour.get(f"/pay/returned/{MISSING}")).status_code == 303
    await house.let_pass(5_000)
    assert house.face(CAR).switch == "open"


async def test_a_return_to_what_is_over_changes_nothing_at_all(
    house: World, driver: Driver
) -> None:
    session = await begun(house, driver)
    await driver.wants(session, "stop")
    await house.let_pass(MINUTE_MS)
    before = await driver.sees(session)
    await driver.get(f"/pay/returned/{session['session_id']}")
    assert await driver.sees(session) == before
    assert await PEOPLE.ask("SELECT id FROM outbox") == []


def event(session: Json, **more: object) -> bytes:
    """A webhook that says that the session was paid."""
    about = {
        "id": "cs_test_forged", "object": "checkout.session", "livemode": False,
        "status": "complete", "payment_status": "paid",
        "metadata": {"session_id": session["session_id"], "attempt": "1"},
    }  # fmt: skip
    whole = {
        "id": "evt_forged", "object": "event", "type": "checkout.session.completed",
        "livemode": False, "created": 1, "data": {"object": about},
    } | more  # fmt: skip
    return msgspec.json.encode(whole)


@pytest.mark.parametrize("age_s", [0, 301, -301])
@pytest.mark.parametrize("secret", ["whsec_guessed", HOOK_SECRET])
async def test_a_webhook_that_is_not_signed_now_by_the_provider_is_refused(
    house: World, driver: Driver, secret: str, age_s: int
) -> None:
    session = await begun(house, driver)
    body = event(session)
    signature = sign(body, secret, house.clock.now_ms() // 1000 - age_s)
    answer = await driver.phone.post(HOOK, content=body, headers={"Stripe-Signature": signature})
    is_dressed(answer)
    genuine = secret == HOOK_SECRET and age_s == 0
    assert answer.status_code == (200 if genuine else 400)
    assert genuine or slug_of(answer) == "forged-webhook"
    assert await PEOPLE.ask("SELECT COUNT(*) AS n FROM inbox") == [{"n": int(genuine)}]
    await house.let_pass(5_000)
    view = await driver.sees(session)
    assert (view["state"], view["payment"]["state"]) == ("authorising", "none")


async def test_an_altered_webhook_and_one_of_real_money_are_refused(
    house: World, driver: Driver
) -> None:
    session = await begun(house, driver)
    now_s = house.clock.now_ms() // 1000
    body, live = event(session), event(session, livemode=True)
    mac = hmac.new(b"", body, hashlib.sha256).hexdigest()
    for content, signature in (
        (body + b" ", sign(body, HOOK_SECRET, now_s)), (live, sign(live, HOOK_SECRET, now_s)),
        (body, f"t={now_s},v1={mac}"), (body, f"t={now_s}"), (body, "v1=,t="), (body, ""),
        (body, "t=" + "9" * 400), (b"{}", sign(b"{}", HOOK_SECRET, now_s)),
        (b"[" * 50_000, sign(b"[" * 50_000, HOOK_SECRET, now_s)), (b" " * 2_000_000, "t=1,v1=1"),
    ):  # fmt: skip
        headers = {"Stripe-Signature": signature}
        answer = await driver.phone.post(HOOK, content=content, headers=headers)
        assert answer.status_code in {400, 413}
        slug_of(answer)
    assert await PEOPLE.ask("SELECT COUNT(*) AS n FROM inbox") == [{"n": 0}]
    assert await TWIN.ask("SELECT COUNT(*) AS n FROM twin_object") == [{"n": 1}]
