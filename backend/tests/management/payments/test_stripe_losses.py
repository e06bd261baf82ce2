"""Requests and replies get lost between the gateway and Stripe; no yen does."""

import asyncio

import httpx

from konsento.management.payments.stripe_gateway import StripeGateway
from tests.management.payments.till import held, order, over, pid, unavailable
from tests.twin.stage import Hasty, Listening, Stage


async def test_a_lost_reply_is_found_by_asking_again(stage: Stage, gateway: StripeGateway) -> None:
    stage.faults("drop_after")
    await unavailable(gateway.open_checkout(order(stage), "k"))
    found = await gateway.find("s1", 1, since_ms=stage.clock.now_ms())
    again = await gateway.open_checkout(order(stage), "k")
    assert found is not None
    assert (found.checkout_id, found.url) == (again.checkout_id, again.url)


async def test_a_lost_capture_is_the_same_capture_afterwards(
    stage: Stage, gateway: StripeGateway
) -> None:
    state = await held(stage, gateway)
    stage.faults("drop_after", "drop_before")
    await unavailable(gateway.capture(pid(state), 734, "c"))
    await unavailable(gateway.capture(pid(state), 734, "c"))
    assert (await gateway.capture(pid(state), 734, "c")).captured_yen == 734
    assert (await gateway.look(state.checkout_id)).captured_yen == 734


async def test_a_lost_release_is_the_same_release_afterwards(
    stage: Stage, gateway: StripeGateway
) -> None:
    state = await held(stage, gateway)
    stage.faults("drop_after")
    await unavailable(gateway.release(pid(state), "r"))
    assert (await gateway.release(pid(state), "r2")).hold == "cancelled"


async def test_a_saved_failure_spends_its_key(stage: Stage, gateway: StripeGateway) -> None:
    state = await held(stage, gateway)
    stage.faults("saved_500")
    assert (await unavailable(gateway.capture(pid(state), 734, "c"))).key_spent is False
    assert (await unavailable(gateway.capture(pid(state), 734, "c"))).key_spent is True
    assert (await gateway.look(state.checkout_id)).hold == "held"
    assert (await gateway.capture(pid(state), 734, "c2")).captured_yen == 734


async def test_dropped_calls_are_retried_under_their_key(stage: Stage) -> None:
    gateway = over(Hasty(stage.transport()), retries=2)
    stage.faults("drop_before", "drop_after", "none")
    await gateway.open_checkout(order(stage), "k")
    listed = await stage.sdk().checkout.sessions.list_async()
    assert len(listed.data) == 1
    await gateway.close()


async def test_an_order_still_in_progress_is_asked_again(stage: Stage) -> None:
    clock = Listening()
    slow = Stage(clock, stage.ids)
    gateway = over(Hasty(slow.transport()))
    slow.faults("slow")
    wanted = order(slow)
    async with asyncio.TaskGroup() as both:
        first = both.create_task(gateway.open_checkout(wanted, "k"))
        await clock.asleep.wait()
        await unavailable(gateway.open_checkout(wanted, "k"))
        await clock.advance(slow.world.faults.slow_ms)
    assert await gateway.open_checkout(wanted, "k") == first.result()
    await gateway.close()
    await slow.browser.aclose()


async def test_an_order_that_was_never_made_is_not_found(
    stage: Stage, gateway: StripeGateway
) -> None:
    stage.faults("drop_before")
    await unavailable(gateway.open_checkout(order(stage), "k"))
    await gateway.open_checkout(order(stage, attempt=2), "k2")
    assert await gateway.find("s1", 1, since_ms=0) is None
    assert await gateway.find("s2", 2, since_ms=0) is None


async def test_a_search_goes_back_no_further_than_asked(
    stage: Stage, gateway: StripeGateway
) -> None:
    since_ms = stage.clock.now_ms()
    await gateway.open_checkout(order(stage), "k")
    assert await gateway.find("s1", 1, since_ms=since_ms) is not None
    assert await gateway.find("s1", 1, since_ms=since_ms + 1000) is None


async def test_of_several_the_one_that_can_cost_money_is_found(
    stage: Stage, gateway: StripeGateway
) -> None:
    paid = await held(stage, gateway, "1")
    still_open = await gateway.open_checkout(order(stage), "2")
    over_now = await gateway.open_checkout(order(stage), "3")
    await gateway.expire(over_now.checkout_id, "e3")
    assert await gateway.find("s1", 1, since_ms=0) == paid
    assert still_open.checkout_id != paid.checkout_id


async def test_an_open_orphan_comes_before_an_expired_one(
    stage: Stage, gateway: StripeGateway
) -> None:
    still_open = await gateway.open_checkout(order(stage), "1")
    over_now = await gateway.open_checkout(order(stage), "2")
    await gateway.expire(over_now.checkout_id, "e2")
    found = await gateway.find("s1", 1, since_ms=0)
    assert found is not None
    assert found.checkout_id == still_open.checkout_id


async def test_a_search_turns_every_page(stage: Stage, gateway: StripeGateway) -> None:
    wanted = await gateway.open_checkout(order(stage), "wanted")
    for n in range(101):
        await gateway.open_checkout(order(stage, attempt=2), f"k{n}")
    found = await gateway.find("s1", 1, since_ms=0)
    assert found is not None
    assert found.checkout_id == wanted.checkout_id


async def test_a_search_that_never_ends_is_not_a_no() -> None:
    endless = {
        "object": "list",
        "data": [{"id": "cs_1", "status": "expired", "metadata": {}}],
        "has_more": True,
    }
    asked = 0

    def answer(_: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        return httpx.Response(200, json=endless)

    gateway = over(Hasty(httpx.MockTransport(answer)))
    await unavailable(gateway.find("s1", 1, since_ms=0))
    assert asked == 50
    await gateway.close()
