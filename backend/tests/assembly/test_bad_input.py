"""Bad input gets a clear answer and changes nothing."""

import pytest

from konsento.foundation.databases import PEOPLE
from konsento.foundation.edge.rates import Rate
from konsento.management.charging.outlet_code import complete
from tests.assembly.answers import is_dressed, slug_of
from tests.management.charges import begun
from tests.management.world import World
from tests.town import CAR, MINUTE_MS, Driver, Json, key

UNKNOWN = complete(12_345)
TABLES = ("session", "quote", "payment", "outbox", "receipt", "ledger", "guest", "session_sample")


async def everything() -> Json:
    """All rows that a request could have changed."""
    return {table: await PEOPLE.ask(f"SELECT * FROM {table} ORDER BY id") for table in TABLES[:4]}


def wish(house: World, **other: object) -> Json:
    """A choice that is sold, but for what is said otherwise; None leaves a field out."""
    whole = {
        "code": house.codes[CAR], "by": "energy", "energy_wh": 5_000, "power_type": "solar",
        "retailer_id": "harukaze",
    } | other  # fmt: skip
    return {name: value for name, value in whole.items() if value is not None}


async def refused(
    driver: Driver, path: str, body: Json | None, status: int, slug: str, **headers: str
) -> None:
    before = await everything()
    answer = await driver.post(path, body, **headers)
    assert (answer.status_code, slug_of(answer)) == (status, slug)
    is_dressed(answer)
    assert await everything() == before


@pytest.mark.parametrize("door", ["", "/qr.svg", "/qr.png"])
async def test_a_code_that_is_none_is_told_where_it_is_wrong(
    house: World, driver: Driver, door: str
) -> None:
    code = house.codes[CAR]
    wrong = ("Z" if code[2] != "Z" else "Y").join((code[:2], code[3:]))
    for typed, position in ((wrong, 3), ("ABC", None), ("🔌" * 10, 1), ("U" * 10, 1)):
        answer = await driver.get(f"/api/outlets/{typed}{door}")
        assert (answer.status_code, slug_of(answer)) == (422, "mistyped-code")
        assert answer.json()["position"] == position
    look_alike = code.replace("1", "l").replace("0", "O").lower()
    assert (await driver.get(f"/api/outlets/{look_alike}{door}")).status_code == 200


async def test_codes_cannot_be_tried_out_by_any_door(house: World, driver: Driver) -> None:
    for door in ("", "/qr.svg", "/qr.png") * 3:
        answer = await driver.get(f"/api/outlets/{UNKNOWN}{door}")
        assert (answer.status_code, slug_of(answer)) == (404, "unknown-outlet")
    await refused(driver, "/api/quotes", wish(house, code=UNKNOWN), 404, "unknown-outlet")
    await refused(driver, "/api/quotes", wish(house), 429, "too-many-tries")
    for door in ("", "/qr.svg", "/qr.png"):
        answer = await driver.get(f"/api/outlets/{house.codes[CAR]}{door}")
        assert (answer.status_code, slug_of(answer)) == (429, "too-many-tries")
        assert 1 <= int(answer.headers["retry-after"]) <= 61
    assert (await house.person("192.0.2.9").get(f"/api/outlets/{UNKNOWN}")).status_code == 404
    await house.let_pass(2 * MINUTE_MS)
    assert (await driver.looks_at(house.codes[CAR]))["state"] == "free"


def test_the_bound_on_guesses_is_a_rate_that_refills() -> None:
    rate = Rate(10, 600_000)
    for _ in range(10):
        rate.take("a", 0)
    rate.check("b", 0)
    rate.check("a", 60_000)


CHOICES: list[tuple[Json, int, str]] = [
    ({"energy_wh": 0}, 400, "invalid-request"),
    ({"energy_wh": -5_000}, 400, "invalid-request"),
    ({"energy_wh": 2**70}, 400, "invalid-request"),
    ({"energy_wh": 10_000_000}, 422, "amount-out-of-bounds"),
    ({"energy_wh": 5_005}, 422, "amount-out-of-bounds"),
    ({"energy_wh": 500}, 422, "amount-out-of-bounds"),
    ({"energy_wh": 5_000.5}, 400, "invalid-request"),
    ({"energy_wh": "5000"}, 400, "invalid-request"),
    ({"energy_wh": "NaN"}, 400, "invalid-request"),
    ({"energy_wh": None}, 400, "invalid-request"),
    ({"energy_wh": True}, 400, "invalid-request"),
    ({"energy_wh": [5_000]}, 400, "invalid-request"),
    ({"duration_s": 3_600}, 400, "invalid-request"),
    ({"by": "time"}, 400, "invalid-request"),
    ({"by": "wish"}, 400, "invalid-request"),
    ({"power_type": "nuclear"}, 400, "invalid-request"),
    ({"retailer_id": "nobody"}, 422, "not-offered"),
    ({"retailer_id": "minato", "power_type": "wind"}, 422, "not-offered"),
    ({"retailer_id": "haru\x00kaze"}, 422, "not-offered"),
    ({"retailer_id": ""}, 400, "invalid-request"),
    ({"retailer_id": "x" * 65}, 400, "invalid-request"),
    ({"unit_price_myen_per_kwh": 1}, 400, "invalid-request"),
    ({"code": "ABC"}, 422, "mistyped-code"),
    ({"code": ""}, 400, "invalid-request"),
    ({"code": 5}, 400, "invalid-request"),
    ({"code": "0" * 41}, 400, "invalid-request"),
]


async def test_a_choice_that_cannot_be_is_refused(house: World, driver: Driver) -> None:
    for other, status, slug in CHOICES:
        await refused(driver, "/api/quotes", wish(house, **other), status, slug)


BODIES: list[tuple[bytes, int, str]] = [
    (b"", 400, "invalid-request"),
    (b"{", 400, "invalid-json"),
    (b"\xff\xfe", 400, "invalid-json"),
    (b"[]", 400, "invalid-request"),
    (b"null", 400, "invalid-request"),
    (b'{"energy_wh": NaN}', 400, "invalid-json"),
    (b'{"energy_wh": Infinity}', 400, "invalid-json"),
    (b'{"energy_wh": 1e400}', 400, "invalid-request"),
    (b'{"code":"a","code":"b"}', 400, "invalid-json"),
    (b'{"code":"\\ud800"}', 400, "invalid-request"),
    (b"[" * 100_000, 400, "invalid-json"),
    (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, 400, "invalid-json"),
    (b" " * 10_000_000, 413, "request-entity-too-large"),
    (b'{"code":"' + b"A" * 10_000_000 + b'"}', 413, "request-entity-too-large"),
]


@pytest.mark.parametrize("path", ["/api/quotes", "/api/sessions"])
async def test_a_body_that_is_no_plain_json_is_refused(
    house: World, driver: Driver, path: str
) -> None:
    for body, status, slug in BODIES:
        headers = {"Idempotency-Key": key(), "Content-Type": "application/json"}
        answer = await driver.phone.post(path, content=body, headers=headers)
        assert (answer.status_code, slug_of(answer)) == (status, slug), body[:20]
        is_dressed(answer)


async def test_a_body_of_another_kind_is_refused(house: World, driver: Driver) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "image/png", ""):
        headers = {"Idempotency-Key": key(), "Content-Type": kind}
        answer = await driver.phone.post("/api/quotes", content=b"a=b&c=d", headers=headers)
        assert (answer.status_code, slug_of(answer)) == (400, "invalid-request")


async def test_a_quote_is_good_once_for_one_person_for_ten_minutes(
    house: World, driver: Driver, neighbour: Driver
) -> None:
    quote, late = [await driver.chooses(house.codes[CAR]) for _ in range(2)]
    body = {"quote_id": quote["quote_id"], "email": None, "language": "ja"}
    await neighbour.looks_at(house.codes[CAR])
    await refused(neighbour, "/api/sessions", body, 404, "unknown-quote")
    await refused(driver, "/api/sessions", body | {"quote_id": "nosuch"}, 404, "unknown-quote")
    session = await driver.begins(quote)
    assert (await driver.begins(quote))["session_id"] == session["session_id"]
    await refused(neighbour, "/api/sessions", body, 404, "unknown-quote")
    await house.let_pass(10 * MINUTE_MS + 1)
    body["quote_id"] = late["quote_id"]
    await refused(driver, "/api/sessions", body, 410, "quote-expired")
    assert (await driver.sees(session))["state"] == "authorising"


EDITED: list[Json] = [
    {"price_yen_max": 1},
    {"unit_price_myen_per_kwh": 1},
    {"energy_wh": 60_000},
    {"visitor": "somebody"},
    {"quote_id": "'; DROP TABLE quote; --"},
    {"quote_id": ""},
    {"quote_id": "a\n"},
    {"quote_id": "a" * 41},
    {"quote_id": None},
    {"language": "fr"},
    {"email": "nobody"},
    {"email": "a@b\nBcc: c@d"},
    {"email": "a@b\n"},
    {"email": "a@b c"},
    {"email": "a@" + "b" * 300},
    {"email": "<a@b>"},
    {"email": "a@b,c@d"},
    {"email": 5},
]


async def test_an_edited_acceptance_is_refused(house: World, driver: Driver) -> None:
    quote = await driver.chooses(house.codes[CAR])
    for edited in EDITED:
        body = {"quote_id": quote["quote_id"], "email": None, "language": "ja"} | edited
        await refused(driver, "/api/sessions", body, 400, "invalid-request")


async def test_what_changes_something_needs_a_key_and_the_same_key_is_the_same_request(
    house: World, driver: Driver, neighbour: Driver
) -> None:
    body = wish(house)
    await refused(driver, "/api/quotes", body, 400, "idempotency-key-missing", **{
        "Idempotency-Key": ""
    })  # fmt: skip
    long = {"Idempotency-Key": "k" * 256}
    await refused(driver, "/api/quotes", body, 400, "idempotency-key-missing", **long)
    await driver.looks_at(house.codes[CAR])
    same = {"Idempotency-Key": key()}
    first, again = [await driver.post("/api/quotes", body, **same) for _ in range(2)]
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert again.headers["idempotency-replayed"] == "true"
    is_dressed(again)
    other = wish(house, energy_wh=6_000)
    await refused(driver, "/api/quotes", other, 422, "idempotency-key-reused", **same)
    await neighbour.looks_at(house.codes[CAR])
    theirs = await neighbour.post("/api/quotes", body, **same)
    assert theirs.json()["quote_id"] != first.json()["quote_id"]


async def test_two_strangers_with_the_same_key_never_meet(house: World) -> None:
    same = {"Idempotency-Key": key()}
    told = []
    for cookie in ("", "__Host-visitor=x"):  # none yet, and one that we never gave
        for _ in range(2):
            stranger = house.person()
            stranger.phone.headers["Cookie"] = cookie
            answer = await stranger.post("/api/quotes", wish(house), **same)
            assert answer.status_code == 201
            assert "idempotency-replayed" not in answer.headers
            assert len(answer.headers.get_list("set-cookie")) == 1
            told.append(answer.json()["quote_id"])
    assert len(set(told)) == 4


async def test_another_site_cannot_make_a_browser_do_anything(house: World, driver: Driver) -> None:
    session = await begun(house, driver)
    path = f"/api/sessions/{session['session_id']}/stop"
    await refused(driver, path, None, 403, "cross-site", **{"Sec-Fetch-Site": "cross-site"})
    del driver.phone.headers["X-Requested-By"]
    await refused(driver, path, None, 403, "cross-site")
    await refused(driver, "/api/quotes", wish(house), 403, "cross-site")


async def test_an_id_that_is_none_reaches_no_database(house: World, driver: Driver) -> None:
    for bad in ("%00", "a%00b", "A", "%F0%9F%94%8C", "a" * 41, "a%0A", "'%20OR%201=1", "..%2f"):
        for end in ("", "/events", "/receipt"):
            answer = await driver.get(f"/api/sessions/{bad}{end}")
            assert answer.status_code in {400, 404}, (bad, end)
            slug_of(answer)
        assert (await driver.get(f"/pay/returned/{bad}")).status_code in {400, 404}
        assert (await driver.post(f"/api/sessions/{bad}/stop")).status_code in {400, 404}


async def test_what_is_not_there_and_what_is_not_done_there_are_problems_too(
    house: World, driver: Driver
) -> None:
    for method, path, status in (
        ("GET", "/nowhere", 404), ("POST", "/nowhere", 404), ("DELETE", "/api/quotes", 405),
        ("PUT", "/api/sessions", 405), ("TRACE", "/api/sessions", 405),
    ):  # fmt: skip
        answer = await driver.phone.request(method, path, headers={"Idempotency-Key": key()})
        assert answer.status_code == status
        slug_of(answer)
        is_dressed(answer)
