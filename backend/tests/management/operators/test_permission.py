"""Who may do what, for every door of the desk: nobody without a sign-in, and no foreign thing."""

import inspect
import re
from collections.abc import Awaitable, Callable

import httpx
import pytest
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from konsento.foundation.databases import PEOPLE
from konsento.management.operators.account import enrol
from konsento.management.operators.api import HANDLERS
from konsento.management.operators.limits import IDLE_MS
from konsento.management.operators.permission import Permit
from konsento.management.operators.sign_in import COOKIE
from tests.management.operators.front_desk import (
    BAY_1,
    HANA,
    KEN,
    SHOP,
    TARO,
    TAROS_REPORT,
    UNKNOWN,
    YUKI,
    YUKIS_REPORT,
    FrontDesk,
)

LOCK = {"locked": True, "why": "the cable is torn"}
NOTE = {"note": "the cable is new"}
# door, body, whether it is about one facility's thing
DOORS: list[tuple[str, str, object, bool]] = [
    ("GET", "/me", None, False),
    ("GET", "/outlets", None, False),
    ("GET", "/late-bills", None, False),
    ("GET", "/sessions?number=8ZC2-7KQ4", None, False),
    ("PUT", f"/outlets/{BAY_1}/lock", LOCK, True),
    ("PUT", f"/reports/{TAROS_REPORT}/answer", NOTE, True),
    ("POST", f"/outlets/{BAY_1}/loopback", None, True),
    ("POST", f"/outlets/{BAY_1}/link-trace", None, True),
    ("GET", f"/outlets/{BAY_1}/acts", None, True),
    ("POST", f"/sessions/{TARO}/stop", {}, True),
    ("GET", "/labels.pdf", None, False),
    ("GET", f"/labels.pdf?codes={BAY_1}", None, True),
]
OPEN = {"/api/operators/sign-in", "/api/operators/sign-out"}
STREAMS = {("GET", "/api/operators/board/events")}  # it never ends: see test_watch
FOREIGN = [
    ("PUT", f"/outlets/{SHOP}/lock", f"/outlets/{UNKNOWN}/lock", LOCK),
    ("POST", f"/sessions/{YUKI}/stop", "/sessions/nosuchsession/stop", {}),
    ("PUT", f"/reports/{YUKIS_REPORT}/answer", "/reports/nosuchreport/answer", NOTE),
    ("POST", f"/outlets/{SHOP}/loopback", f"/outlets/{UNKNOWN}/loopback", None),
    ("POST", f"/outlets/{SHOP}/link-trace", f"/outlets/{UNKNOWN}/link-trace", None),
    ("GET", f"/outlets/{SHOP}/acts", f"/outlets/{UNKNOWN}/acts", None),
    ("GET", f"/labels.pdf?codes={SHOP}", f"/labels.pdf?codes={UNKNOWN}", None),
    ("GET", f"/labels.pdf?codes={BAY_1},{SHOP}", f"/labels.pdf?codes={BAY_1},{UNKNOWN}", None),
]
Nobody = Callable[[FrontDesk], Awaitable[httpx.AsyncClient]]


async def without_a_cookie(front: FrontDesk) -> httpx.AsyncClient:
    return front.browser()


async def with_a_made_up_cookie(front: FrontDesk) -> httpx.AsyncClient:
    browser = front.browser()
    browser.headers["cookie"] = f"{COOKIE}={'z' * 52}"
    return browser


async def with_a_driver_s_cookie(front: FrontDesk) -> httpx.AsyncClient:
    browser = front.browser()
    browser.headers["cookie"] = f"__Host-visitor={'0' * 52}; {COOKIE}={'0' * 52}"
    return browser


async def signed_out(front: FrontDesk) -> httpx.AsyncClient:
    browser = await front.sit_down(HANA)
    token = browser.cookies[COOKIE]
    await front.ask(browser, "POST", "/sign-out")
    browser.headers["cookie"] = f"{COOKIE}={token}"
    return browser


async def expired(front: FrontDesk) -> httpx.AsyncClient:
    browser = await front.sit_down(HANA)
    await front.clock.advance(IDLE_MS)
    return browser


async def with_a_new_password(front: FrontDesk) -> httpx.AsyncClient:
    browser = await front.sit_down(HANA)
    await enrol(
        HANA[0], "another password", "midori",
        passwords=front.desk.passwords, clock=front.clock, ids=front.ids,
    )  # fmt: skip
    return browser


async def untouched() -> bool:
    locked = await PEOPLE.ask("SELECT code FROM outlet WHERE locked")
    stopped = await PEOPLE.ask("SELECT id FROM session WHERE state <> 'charging'")
    owed = await PEOPLE.ask("SELECT id FROM outbox")
    noted = await PEOPLE.ask("SELECT id FROM operator_act")
    answered = await PEOPLE.ask("SELECT id FROM outlet_report WHERE closed_at_ms IS NOT NULL")
    tested = await PEOPLE.ask("SELECT code FROM outlet_link_test")
    return not (locked or stopped or owed or noted or answered or tested)


@pytest.mark.parametrize("nobody", [
    without_a_cookie, with_a_made_up_cookie, with_a_driver_s_cookie, signed_out, expired,
    with_a_new_password,
], ids=lambda each: each.__name__)  # fmt: skip
async def test_every_door_is_closed_to(front: FrontDesk, nobody: Nobody) -> None:
    browser = await nobody(front)
    for method, path, body, _ in DOORS:
        answer = await front.ask(browser, method, path, body)
        assert (answer.status_code, answer.json()["type"]) == (401, "/problems/not-signed-in"), path
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert BAY_1 not in answer.text
    assert await untouched()
    assert front.mdms.asked == []


async def test_every_door_is_open_to_its_own_operator(front: FrontDesk) -> None:
    hana = await front.sit_down(HANA)
    for method, path, body, _ in DOORS:
        assert (await front.ask(hana, method, path, body)).status_code == 200, path


async def test_what_belongs_to_another_facility_does_not_exist(front: FrontDesk) -> None:
    ken = await front.sit_down(KEN)
    for method, path, body, about_one in DOORS:
        answer = await front.ask(ken, method, path, body)
        assert answer.status_code == (404 if about_one else 200), path
        assert BAY_1 not in answer.text
        assert TARO not in answer.text
    assert await untouched()


@pytest.mark.parametrize(("method", "foreign", "missing", "body"), FOREIGN)
async def test_foreign_and_missing_are_told_in_the_same_words(
    front: FrontDesk, method: str, foreign: str, missing: str, body: object
) -> None:
    hana = await front.sit_down(HANA)
    first = await front.ask(hana, method, foreign, body)
    second = await front.ask(hana, method, missing, body)
    assert first.status_code == second.status_code == 404
    assert first.content == second.content
    assert await untouched()


def doors() -> dict[tuple[str, str], HTTPRouteHandler]:
    """Every handler of the room, by method and path."""
    return {
        (method, re.sub(r":\w+", "", route.path)): handler
        for router in HANDLERS
        for route in router.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        for method in handler.http_methods
        if method != "OPTIONS"
    }


def test_the_matrix_forgets_no_door() -> None:
    asked = {(method, f"/api/operators{path}".partition("?")[0]) for method, path, _, _ in DOORS}
    there = {
        (method, path.format(code=BAY_1, session_id=TARO, report_id=TAROS_REPORT))
        for method, path in doors()
        if path not in OPEN
    }
    assert there - STREAMS == asked


def test_every_door_but_sign_in_and_sign_out_asks_for_a_permit() -> None:
    without = {
        path
        for (_, path), handler in doors().items()
        if not any(
            Permit.__name__ in str(parameter.annotation)
            for parameter in inspect.signature(handler.fn).parameters.values()
        )
    }
    assert without == OPEN
