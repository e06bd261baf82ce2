"""Code keeps to the ways that are safe: transactions, waiting, tests, pages."""

import pytest

from tests.house import conduct
from tests.house.tree import Source, all_of, kept

IN_A_ROOM = "backend/konsento/management/charging/start.py"
PRODUCT = ("backend/konsento", "push")
PROOFS = ("backend/tests", "e2e")


def test_raw_transactions_and_batches_stay_in_the_foundation() -> None:
    product = [source for source in kept(".py") if source.under(*PRODUCT)]
    assert all_of(conduct.transactions(source) for source in product) == []


def test_whoever_waits_waits_by_a_clock() -> None:
    product = [source for source in kept(".py") if source.under(*PRODUCT)]
    assert all_of(conduct.sleeps(source) for source in product) == []


def test_no_test_is_left_out() -> None:
    proofs = [source for source in kept(".py") if source.under(*PROOFS)]
    assert all_of(conduct.left_out(source) for source in proofs) == []


def test_no_page_carries_a_script_or_a_style_of_its_own() -> None:
    pages = [source for source in kept(".html") if source.under("frontend", "backend/konsento")]
    assert pages
    assert all_of(conduct.inline(source) for source in pages) == []


@pytest.mark.parametrize("call", ["DB.engine.transaction()", "e.atomic()", "X.select().batch(9)"])
def test_a_raw_transaction_in_a_room_is_caught(call: str) -> None:
    text = f"async def go():\n    async with {call}:\n        pass\n"
    assert conduct.transactions(Source(IN_A_ROOM, text))
    assert not conduct.transactions(Source(f"{conduct.FOUNDATION}/database/engine.py", text))


def test_a_wait_without_a_clock_is_caught_and_giving_way_is_not() -> None:
    assert conduct.sleeps(Source(IN_A_ROOM, "async def go():\n    await asyncio.sleep(1)\n"))
    assert not conduct.sleeps(Source(IN_A_ROOM, "async def go():\n    await asyncio.sleep(0)\n"))
    assert not conduct.sleeps(Source(IN_A_ROOM, "async def go(c):\n    await c.sleep(1)\n"))


@pytest.mark.parametrize("way", ["mark.skip", "mark.skipif(True)", "mark.xfail", "skip('later')"])
def test_a_test_that_is_left_out_is_caught(way: str) -> None:
    marked = f"import pytest\npytest.{way}\n"
    assert conduct.left_out(Source("backend/tests/test_a.py", marked))


@pytest.mark.parametrize(
    "page",
    [
        "<script>go()</script>",
        '<script type="module">go()</script>',
        "<style>a{}</style>",
        '<p class="a" style="color:red">',
        '<button type="button" onclick="go()">',
        '<a href="javascript:go()">',
    ],
)
def test_a_page_with_something_inline_is_caught(page: str) -> None:
    assert conduct.inline(Source("frontend/index.html", page))


def test_a_page_that_only_names_its_files_is_not_caught() -> None:
    page = '<script type="module" src="/a.js"></script><link rel="stylesheet" href="/a.css">'
    assert not conduct.inline(Source("frontend/index.html", f"<!-- no <style> here -->{page}"))
