"""A path that leads nowhere is told to a person as a page, to a program as a problem."""

import base64
import hashlib
from pathlib import Path

import httpx
import pytest

from konsento.assembly.pages import own_policy
from konsento.assembly.servers import management_app
from konsento.management.accounts.visitor import COOKIE
from konsento.management.charging.outlet_code import complete
from tests.assembly.answers import is_dressed, slug_of
from tests.management.world import World

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
STYLED = "<style>b{}</style><p>"
LOST = ("/nowhere", "/o", "/history/old", "/demo", "/%E5%9B%B3")


@pytest.mark.parametrize("said", ["ja", "en"])
async def test_a_browser_led_nowhere_gets_the_phones_page_with_404(
    browser: httpx.AsyncClient, said: str
) -> None:
    for path in LOST:
        answer = await browser.get(path, headers={"Accept": BROWSER, "Accept-Language": said})
        assert (answer.status_code, answer.text) == (404, f"{STYLED}phone.{said}.html")
        assert answer.headers["content-type"].startswith("text/html")
        assert answer.headers["content-language"] == said
        assert "Accept" in answer.headers["vary"]
        is_dressed(answer)


@pytest.mark.parametrize("kind", ["*/*", "application/json", "text/plain", ""])
async def test_whoever_reads_no_pages_gets_a_problem(browser: httpx.AsyncClient, kind: str) -> None:
    for path in LOST:
        answer = await browser.get(path, headers={"Accept": kind})
        assert (answer.status_code, slug_of(answer)) == (404, "not-found")


async def test_what_is_no_page_is_a_problem_to_browsers_too(browser: httpx.AsyncClient) -> None:
    for path in ("/api/nowhere", "/api/sessions/1/nowhere", "/assets/b.js", "/icons/b.png"):
        answer = await browser.get(path, headers={"Accept": BROWSER})
        assert (answer.status_code, slug_of(answer)) == (404, "not-found")
    headers = {"Accept": BROWSER, "X-Requested-By": "konsento"}
    answer = await browser.post("/nowhere", headers=headers)
    assert (answer.status_code, slug_of(answer)) == (404, "not-found")
    answer = await browser.get("/api/sessions/0", headers=headers)
    assert (answer.status_code, slug_of(answer)) == (404, "unknown-session")


@pytest.mark.parametrize(
    "path", ["/", "/scan", "/s/1", "/o/K7PX3M8Q8Z", "/desk", "/favicon.svg", "/assets/a.js",
             "/nowhere", "/api/sessions", "/api/nowhere", "/health/live", "/schema"],
)  # fmt: skip
async def test_head_of_a_page_is_its_get_without_the_body(
    browser: httpx.AsyncClient, path: str
) -> None:
    headers = {"Accept": BROWSER}
    await browser.get("/api/sessions")  # the cookie comes with the first answer
    whole, head = await browser.get(path, headers=headers), await browser.head(path)
    if path != "/nowhere":
        assert head.headers == whole.headers
        assert head.status_code == whole.status_code
    assert head.status_code in {200, 404}
    assert (head.content, whole.content != b"") == (b"", True)
    is_dressed(head)


@pytest.mark.parametrize(
    ("path", "page"),
    [("/", "welcome"), ("/o/K7PX3M8QAB", "outlet"), ("/s/morning", "session"),
     ("/s/morning/receipt", "receipt"), ("/s/a/b/c", "phone"), ("/enter", "enter"),
     ("/history", "history"), ("/power", "power"), ("/power/new", "phone"),
     ("/mail/stop", "phone"), ("/scan", "phone")],
)  # fmt: skip
async def test_what_one_can_begin_with_opens_with_a_page_of_its_own(
    browser: httpx.AsyncClient, path: str, page: str
) -> None:
    answer = await browser.get(path, headers={"Accept-Language": "en"})
    assert answer.text == f"{STYLED}{page}.en.html"
    assert answer.headers["content-security-policy"] == own_policy(b"<style>b{}</style>")


async def test_whoever_was_here_before_is_not_told_how_it_works(
    browser: httpx.AsyncClient,
) -> None:
    known = {"Accept-Language": "en", "Cookie": f"{COOKIE}=known"}
    assert (await browser.get("/", headers=known)).text == f"{STYLED}home.en.html"


async def test_an_outlets_page_has_the_browser_ask_for_the_outlet_at_once(
    browser: httpx.AsyncClient,
) -> None:
    code = complete(7)
    wish = f"</api/outlets/{code}>; rel=preload; as=fetch; crossorigin=anonymous"
    for typed in (code, code.lower()):
        assert (await browser.get(f"/o/{typed}")).headers["link"] == wish


@pytest.mark.parametrize("path", ["/o/K7PX3M8QAB", "/o/x>;rel=stylesheet", "/s/morning", "/"])
async def test_nothing_is_asked_for_where_no_outlet_is_named(
    browser: httpx.AsyncClient, path: str
) -> None:
    assert "link" not in (await browser.get(path)).headers


@pytest.mark.parametrize("missing", ["sw.js", "outlet.en.html", "desk.html"])
async def test_a_front_end_that_is_not_whole_is_not_served(
    house: World, web: Path, missing: str
) -> None:
    (web / missing).unlink()
    with pytest.raises(FileNotFoundError, match=missing):
        management_app(house.house, web=web)


def test_a_page_may_carry_its_own_styles_and_no_others() -> None:
    told = own_policy(b"<style>b{}</style><style>i{}</style>")
    digests = [
        f"'sha256-{base64.b64encode(hashlib.sha256(text).digest()).decode()}'"
        for text in (b"b{}", b"i{}")
    ]
    assert f"style-src 'self' {' '.join(digests)};" in told
    assert "style-src 'self';" in own_policy(b"<p>plain")
    assert "unsafe" not in told


async def test_the_service_workers_script_is_asked_for_anew_each_time(
    browser: httpx.AsyncClient,
) -> None:
    answer = await browser.get("/sw.js")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "worker-src 'self'" in answer.headers["content-security-policy"]
    assert (
        "trusted-types svelte-trusted-html konsento" in (answer.headers["content-security-policy"])
    )
