"""Who may use each door is stated, and every answer of each is dressed."""

import itertools

from litestar.routes import HTTPRoute

from tests.assembly.answers import is_dressed, slug_of
from tests.management.charges import begun
from tests.management.world import World
from tests.town import CAR, Driver, Json, key

# Whom each door lets in. A door that is not here fails the test: state its rule first.
ANYONE, OWN, SIGNED, DESK = "anyone", "own session", "signed by the provider", "operators"
LINKED = "by a link that was mailed"
RULES = {
    "GET /api/outlets/{code}": ANYONE,
    "GET /api/outlets/{code}/qr.svg": ANYONE,
    "GET /api/outlets/{code}/qr.png": ANYONE,
    "POST /api/quotes": ANYONE,
    "POST /api/sessions": OWN,  # by a quote of one's own
    "GET /api/sessions": ANYONE,  # shows one's own
    "GET /api/sessions/{session_id}": OWN,
    "GET /api/sessions/{session_id}/events": OWN,
    "GET /api/sessions/{session_id}/receipt": OWN,
    "POST /api/sessions/{session_id}/stop": OWN,
    "POST /api/sessions/{session_id}/reports": OWN,
    "POST /api/outlets/{code}/reports": ANYONE,
    "POST /api/sessions/{session_id}/continue": OWN,
    "POST /api/sessions/{session_id}/resume": OWN,  # or of whoever joined by its link
    "POST /api/sessions/{session_id}/payment": OWN,
    "POST /api/sessions/{session_id}/addition-quotes": OWN,
    "POST /api/sessions/{session_id}/additions": OWN,
    "GET /api/cards": ANYONE,  # shows one's own
    "DELETE /api/cards/{card_id}": OWN,  # one's own card
    "POST /api/sessions/{session_id}/link": OWN,
    "POST /api/sessions/{session_id}/join": OWN,  # or by the link that its driver gave
    "GET /pay/returned/{session_id}": ANYONE,  # looks, and shows nothing
    "GET /api/push/key": ANYONE,
    "PUT /api/push/subscription": ANYONE,  # for the asker's own browser
    "POST /api/push/forget": ANYONE,  # what is the asker's own
    "POST /api/push/renewed": ANYONE,  # what is the asker's own
    "POST /api/push/test": ANYONE,  # to the asker's own browsers
    "POST /api/meters": ANYONE,  # with three things that stand on one's own bill
    "GET /api/meters": ANYONE,  # shows one's own
    "PUT /api/meters/{registration_id}/email": OWN,  # one's own registration
    "PUT /api/meters/{registration_id}/planned": OWN,
    "DELETE /api/meters/{registration_id}": OWN,
    "GET /api/power": ANYONE,  # shows one's own meters
    "POST /api/power/{registration_id}/still-out": OWN,
    "POST /api/power/{registration_id}/test": OWN,
    "POST /api/mail/confirm": LINKED,
    "GET /api/mail/unsubscribe/{token}": ANYONE,  # leads to a page, and changes nothing
    "POST /api/mail/unsubscribe/{token}": LINKED,
    "POST /api/mail/resume": LINKED,
    "POST /api/stripe/webhook": SIGNED,
    "GET /health/live": ANYONE,
    "GET /health/ready": ANYONE,
    "GET /metrics": ANYONE,
    "GET /schema": ANYONE,
    "GET /schema/openapi.json": ANYONE,
}
# What a door takes is looked at before who asks: these get what fits.
BODIES: dict[str, Json] = {
    "PUT /api/meters/{registration_id}/email": {"email": None},
    "PUT /api/meters/{registration_id}/planned": {"planned_mail": True},
    "POST /api/mail/confirm": {"token": "0" * 26},
    "POST /api/mail/resume": {"token": "0" * 53},
    "PUT /api/operators/outlets/{code}/lock": {"locked": True, "why": "torn"},
    "POST /api/operators/sessions/{session_id}/stop": {},
    "PUT /api/operators/reports/{report_id}/answer": {"note": "mended"},
    "POST /api/sessions/{session_id}/addition-quotes": {"by": "energy", "value": 2_000},
    "POST /api/sessions/{session_id}/resume": {"pause": 1},
    "POST /api/sessions/{session_id}/additions": {"quote_id": "none"},
    "POST /api/sessions/{session_id}/reports": {"kind": "slow"},
    "POST /api/sessions/{session_id}/join": {"token": "0" * 52},
}
DESK_PATHS = "/api/operators/"  # their own room keeps their matrix
OPEN_AT_THE_DESK = {"POST /api/operators/sign-in", "POST /api/operators/sign-out"}
LOOKED_FOR = ("/schema",)  # may or may not be served


def doors(house: World) -> list[tuple[str, str]]:
    """Every method and path that the server answers to, but for what HTTP adds by itself."""
    found = []
    for route in house.app.routes:
        assert isinstance(route, HTTPRoute)
        for handler in route.route_handlers:
            for method in handler.http_methods - {"OPTIONS", "HEAD"}:
                found.append((method, route.path_format))
    return sorted(found)


def rule(method: str, path: str) -> str | None:
    stated = RULES.get(f"{method} {path}")
    if stated is None and path.startswith(DESK_PATHS):
        return ANYONE if f"{method} {path}" in OPEN_AT_THE_DESK else DESK
    return stated or (ANYONE if method == "GET" and path.startswith(LOOKED_FOR) else None)


async def test_every_door_has_a_rule_and_every_rule_a_door(house: World) -> None:
    there = {f"{method} {path}" for method, path in doors(house)}
    assert [door for door in sorted(there) if rule(*door.split(" ", 1)) is None] == []
    assert [door for door in RULES if door not in there and "/schema" not in door] == []


async def test_each_door_lets_in_whom_its_rule_says(
    house: World, driver: Driver, neighbour: Driver
) -> None:
    quote = await driver.chooses(house.codes[CAR])
    session = await begun(house, driver)
    given = {"code": house.codes[CAR], "session_id": session["session_id"], "report_id": "none",
             "card_id": "none", "registration_id": "none", "token": "0" * 53}  # fmt: skip
    await neighbour.looks_at(house.codes[CAR])
    for method, path in doors(house):
        body = BODIES.get(f"{method} {path}")
        if path == "/api/sessions":
            body = {"quote_id": quote["quote_id"]}
        headers = {"Idempotency-Key": key()}
        answer = await neighbour.phone.request(
            method, path.format(**given), json=body, headers=headers
        )
        is_dressed(answer)
        match rule(method, path):
            case "own session":
                assert (answer.status_code, slug_of(answer)[:8]) == (404, "unknown-")
            case "signed by the provider":
                assert (answer.status_code, slug_of(answer)) == (400, "forged-webhook")
            case "by a link that was mailed":
                refused = {(422, "link-no-longer-valid"), (400, "invalid-request")}
                assert (answer.status_code, slug_of(answer)) in refused
            case "operators":
                assert answer.status_code in {401, 403}
            case _:
                assert answer.status_code in {200, 202, 204, 303, 400}, path


async def test_an_answer_is_dressed_whatever_it_is(house: World, driver: Driver) -> None:
    methods = ("GET", "HEAD", "OPTIONS", "POST", "PATCH", "BREW")
    paths = ("/health/live", "/api/sessions", "/nowhere", "/metrics")
    for method, path in itertools.product(methods, paths):
        answer = await driver.phone.request(method, path, headers={"Idempotency-Key": key()})
        is_dressed(answer)
        assert answer.status_code < 500


async def test_a_browser_gets_its_cookie_once_and_keeps_it(house: World, driver: Driver) -> None:
    first = await driver.get("/api/sessions")
    assert len(first.headers.get_list("set-cookie")) == 1
    again = await driver.get("/api/sessions")
    assert "set-cookie" not in again.headers
