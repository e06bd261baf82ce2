"""The same key is the same order: once done, replayed word for word, and never mixed up."""

import asyncio
from typing import Any

import pytest
import stripe

from tests.twin.stage import API_KEY, Listening, Stage

DAY_MS = 86_400_000


async def send(stage: Stage, path: str, key: str, **form: str) -> Any:
    """A raw order, to see the answer byte for byte."""
    headers = {"Authorization": f"Bearer {API_KEY}", "Idempotency-Key": key}
    return await stage.browser.post(f"/sandbox/v1/{path}", data=form, headers=headers)


async def sessions_made(stage: Stage) -> int:
    return len((await stage.sdk().checkout.sessions.list_async({"limit": 100})).data)


async def test_an_order_sent_twice_is_done_once(stage: Stage) -> None:
    create = stage.sdk().checkout.sessions.create_async
    first = await create(stage.order(), {"idempotency_key": "k"})
    second = await create(stage.order(), {"idempotency_key": "k"})
    assert first.id == second.id
    assert await sessions_made(stage) == 1


async def test_a_replay_is_the_same_answer_and_says_so(stage: Stage) -> None:
    held = await stage.held()
    first = await send(stage, f"payment_intents/{held}/capture", "k", amount_to_capture="700")
    second = await send(stage, f"payment_intents/{held}/capture", "k", amount_to_capture="700")
    assert first.content == second.content
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"


async def test_a_refusal_is_replayed_too_even_when_it_would_succeed_now(stage: Stage) -> None:
    session = await stage.opened()
    path = f"checkout/sessions/{session.id}/expire"
    await stage.pay(session.id)
    first = await send(stage, path, "k")
    second = await send(stage, path, "k")
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert second.headers["idempotent-replayed"] == "true"


async def test_an_order_that_was_malformed_leaves_its_key_free(stage: Stage) -> None:
    create = stage.sdk().checkout.sessions.create_async
    with pytest.raises(stripe.InvalidRequestError):
        await create(stage.order(surprise="1"), {"idempotency_key": "k"})
    assert (await create(stage.order(), {"idempotency_key": "k"})).status == "open"


async def test_another_order_under_the_same_key_is_refused(stage: Stage) -> None:
    create = stage.sdk().checkout.sessions.create_async
    await create(stage.order(), {"idempotency_key": "k"})
    with pytest.raises(stripe.IdempotencyError):
        await create(stage.order(1300), {"idempotency_key": "k"})
    first, second = await stage.held(), await stage.held()
    await send(stage, f"payment_intents/{first}/capture", "c", amount_to_capture="700")
    other = await send(stage, f"payment_intents/{second}/capture", "c", amount_to_capture="700")
    assert (other.status_code, other.json()["error"]["type"]) == (400, "idempotency_error")


async def test_a_key_is_forgotten_after_a_day(stage: Stage) -> None:
    create = stage.sdk().checkout.sessions.create_async
    first = await create(stage.order(), {"idempotency_key": "k"})
    again = stage.order()
    await stage.clock.advance(DAY_MS - 1)
    again["expires_at"] = first.expires_at
    assert (await create(again, {"idempotency_key": "k"})).id == first.id
    await stage.clock.advance(1)
    assert (await create(stage.order(), {"idempotency_key": "k"})).id != first.id


async def test_a_key_still_in_use_is_a_conflict(stage: Stage) -> None:
    clock = Listening()
    slow = Stage(clock, stage.ids)
    slow.faults("slow")
    order = slow.order()
    create = slow.sdk().checkout.sessions.create_async
    async with asyncio.TaskGroup() as both:
        first = both.create_task(create(order, {"idempotency_key": "k"}))
        await clock.asleep.wait()
        with pytest.raises(stripe.APIError) as conflict:
            await create(order, {"idempotency_key": "k"})
        await clock.advance(slow.world.faults.slow_ms)
    assert conflict.value.http_status == 409
    assert (await create(order, {"idempotency_key": "k"})).id == first.result().id
    await slow.browser.aclose()


async def test_a_dropped_request_did_nothing_and_a_dropped_reply_did_it(stage: Stage) -> None:
    create = stage.sdk().checkout.sessions.create_async
    for fault, made in (("drop_before", 0), ("drop_after", 1)):
        stage.faults(fault)  # type: ignore[arg-type]
        with pytest.raises(stripe.APIConnectionError):
            await create(stage.order(), {"idempotency_key": fault})
        assert await sessions_made(stage) == made
    await create(stage.order(), {"idempotency_key": "drop_after"})
    assert await sessions_made(stage) == 1


async def test_the_sdks_own_retries_get_the_one_answer(stage: Stage) -> None:
    stage.faults("drop_after", "drop_before", "none")
    session = await stage.sdk(retries=2).checkout.sessions.create_async(stage.order())
    assert session.status == "open"
    assert await sessions_made(stage) == 1


async def test_a_saved_failure_is_replayed_and_nothing_was_done(stage: Stage) -> None:
    stage.faults("saved_500")
    create = stage.sdk().checkout.sessions.create_async
    for replayed in (None, "true"):
        with pytest.raises(stripe.APIError) as failure:
            await create(stage.order(), {"idempotency_key": "k"})
        assert failure.value.http_status == 500
        assert (failure.value.headers or {}).get("idempotent-replayed") == replayed
    assert await sessions_made(stage) == 0


async def test_a_key_has_a_bound(stage: Stage) -> None:
    answer = await send(stage, "refunds", "k" * 256, payment_intent="pi_1")
    assert answer.status_code == 400
