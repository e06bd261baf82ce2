"""The hosted page, walked by a browser that knows only HTTP."""

import asyncio
import re

import pytest

from tests.twin.stage import (
    BASE,
    CANCEL,
    DECLINED,
    GOOD,
    POOR,
    PROOF,
    Stage,
    problem_of,
)


def success(checkout_id: str) -> str:
    return f"https://shop.test/s/1?paid={checkout_id}"


async def payments(stage: Stage) -> list[str]:
    listed = await stage.sdk().payment_intents.list_async()
    return [one.status for one in listed.data]


async def test_the_page_says_what_how_much_and_that_it_is_a_sandbox(stage: Stage) -> None:
    session = await stage.opened()
    page = await stage.page(session.id)
    assert page.status_code == 200
    assert 'lang="ja"' in page.text
    assert "サンドボックス：実際の請求は発生しません" in page.text
    assert "EV充電 駅前" in page.text
    assert "1,200" in page.text
    assert f'value="{GOOD}"' in page.text


@pytest.mark.parametrize(
    ("locale", "accepts", "word"),
    [
        ("ja", "en", "支払う"),
        ("en", "ja", "Pay"),
        ("auto", "ja-JP,ja;q=0.9", "支払う"),
        ("auto", "en-GB", "Pay"),
    ],
)
async def test_the_page_speaks_the_sessions_language(
    stage: Stage, locale: str, accepts: str, word: str
) -> None:
    session = await stage.opened(locale=locale)
    page = await stage.page(session.id, **{"Accept-Language": accepts})
    assert re.search(rf'value="pay">{word} ', page.text)
    assert "サンドボックス" in page.text


async def test_the_page_has_no_inline_code_and_may_send_its_form_only_home(stage: Stage) -> None:
    page = await stage.page((await stage.opened()).id)
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", page.text)
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self' https://shop.test" in policy
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    sheet = await stage.browser.get("/sandbox/assets/twin.css")
    assert sheet.headers["content-type"].startswith("text/css")
    assert 'href="../assets/twin.css"' in page.text


async def test_what_the_merchant_writes_stays_text(stage: Stage) -> None:
    order = stage.order()
    order["line_items"][0]["price_data"]["product_data"]["name"] = "<script>alert(1)</script>"
    session = await stage.sdk().checkout.sessions.create_async(order)
    assert "<script" not in (await stage.page(session.id)).text
    typed = await stage.pay(session.id, '"><script>')
    assert "<script" not in typed.text


async def test_paying_leads_back_and_pressing_twice_pays_once(stage: Stage) -> None:
    session = await stage.opened()
    answers = await asyncio.gather(*(stage.pay(session.id) for _ in range(4)))
    assert {(one.status_code, one.headers["location"]) for one in answers} == {
        (303, success(session.id))
    }
    assert await payments(stage) == ["requires_capture"]
    assert (await stage.page(session.id)).headers["location"] == success(session.id)


async def test_back_leads_to_the_merchant_and_leaves_the_page_open(stage: Stage) -> None:
    session = await stage.opened()
    answer = await stage.press(session.id, "back")
    assert (answer.status_code, answer.headers["location"]) == (303, CANCEL)
    assert (await stage.page(session.id)).status_code == 200
    assert await payments(stage) == []


async def test_without_a_way_back_the_page_is_shown_again(stage: Stage) -> None:
    order = stage.order()
    del order["cancel_url"]
    session = await stage.sdk().checkout.sessions.create_async(order)
    assert (await stage.press(session.id, "back")).headers["location"] == session.id


@pytest.mark.parametrize(("number", "word"), [(DECLINED, "拒否"), (POOR, "足りません")])
async def test_a_declined_card_says_why_and_another_card_may_follow(
    stage: Stage, number: str, word: str
) -> None:
    session = await stage.opened()
    answer = await stage.pay(session.id, number)
    assert answer.status_code == 303
    page = await stage.browser.get(answer.headers["location"], follow_redirects=False)
    assert page.status_code == 404
    page = await stage.browser.get(str(answer.url.join(answer.headers["location"])))
    assert word in (problem_of(page) or "")
    assert await payments(stage) == ["requires_payment_method"]
    assert (await stage.pay(session.id)).headers["location"] == success(session.id)
    assert await payments(stage) == ["requires_capture"]


@pytest.mark.parametrize(
    ("typed", "word"),
    [("4242 4242 4242 4241", "正しくありません"), ("4111 1111 1111 1111", "テスト用")],
)
async def test_a_number_that_is_no_test_card_reaches_no_payment(
    stage: Stage, typed: str, word: str
) -> None:
    session = await stage.opened()
    answer = await stage.pay(session.id, typed)
    assert answer.status_code == 422
    assert word in (problem_of(answer) or "")
    assert ("4111" in answer.text) is False
    assert await payments(stage) == []


async def test_a_proof_is_asked_on_a_page_of_its_own_and_approved(stage: Stage) -> None:
    session = await stage.opened()
    await stage.pay(session.id, PROOF)
    page = await stage.page(session.id)
    assert "本人認証" in page.text
    assert "•••• 3155" in page.text
    assert await payments(stage) == ["requires_action"]
    assert (await stage.pay(session.id)).status_code == 303
    assert await payments(stage) == ["requires_action"]
    both = await asyncio.gather(*(stage.press(session.id, "approve") for _ in range(2)))
    assert [one.headers["location"] for one in both] == [success(session.id)] * 2
    assert await payments(stage) == ["requires_capture"]
    late = await stage.press(session.id, "refuse")
    assert late.headers["location"] == success(session.id)
    assert await payments(stage) == ["requires_capture"]


async def test_a_refused_proof_leaves_the_page_open(stage: Stage) -> None:
    session = await stage.opened()
    await stage.pay(session.id, PROOF)
    await stage.press(session.id, "refuse")
    assert "認証ができません" in (problem_of(await stage.page(session.id)) or "")
    assert await payments(stage) == ["requires_payment_method"]
    assert (await stage.pay(session.id, PROOF)).status_code == 303
    assert await payments(stage) == ["requires_action"]


@pytest.mark.parametrize("do", ["approve", "refuse", "", "something"])
async def test_a_button_that_is_not_there_does_nothing(stage: Stage, do: str) -> None:
    session = await stage.opened()
    assert (await stage.press(session.id, do)).status_code == 303
    assert await payments(stage) == []


async def test_an_expired_page_says_so_and_takes_no_card(stage: Stage) -> None:
    session = await stage.opened()
    await stage.clock.advance(3600 * 1000)
    for answer in (await stage.page(session.id), await stage.pay(session.id)):
        assert answer.status_code == 410
        assert f'href="{CANCEL}"' in answer.text
    assert await payments(stage) == []


async def test_an_unknown_page_is_not_found(stage: Stage) -> None:
    assert (await stage.page("cs_test_nobody")).status_code == 404
    assert (await stage.pay("cs_test_nobody")).status_code == 404


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"a" * 5000, b"&" * 100, b"do=pay&number=%ff"])
async def test_a_form_that_is_none_pays_nothing(stage: Stage, raw: bytes) -> None:
    session = await stage.opened()
    answer = await stage.browser.post(f"/sandbox/pay/{session.id}", content=raw)
    assert answer.status_code in (303, 422)
    assert await payments(stage) == []


async def test_the_page_is_where_the_session_says(stage: Stage) -> None:
    session = await stage.opened()
    assert session.url.startswith(BASE)
    assert (await stage.browser.get(session.url)).status_code == 200
