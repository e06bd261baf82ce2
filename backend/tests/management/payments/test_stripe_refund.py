"""Money given back through the gateway: the sum is named, so that twice is once."""

from typing import Any

import httpx
import pytest
from stripe.params import RefundCreateParams

from konsento.management.payments.stripe_gateway import StripeGateway
from konsento.twin import params as twin_params
from konsento.twin.form import read_form
from tests.management.payments.sdk_types import adapter
from tests.management.payments.till import SECRET, held, over, pid, refused, unavailable
from tests.twin.stage import Hasty, Stage


async def taken(stage: Stage, gateway: StripeGateway, yen: int = 734) -> str:
    """A payment of ¥1,200 held, of which `yen` were captured."""
    payment_id = pid(await held(stage, gateway))
    await gateway.capture(payment_id, yen, "c")
    return payment_id


@pytest.mark.parametrize("key", ["r", "another"])
async def test_refunding_twice_gives_back_once(
    stage: Stage, gateway: StripeGateway, key: str
) -> None:
    payment_id = await taken(stage, gateway)
    first = await gateway.refund(payment_id, 200, "r")
    assert (first.hold, first.captured_yen, first.refunded_yen) == ("captured", 734, 200)
    assert await gateway.refund(payment_id, 200, key) == first


async def test_a_higher_sum_gives_back_the_difference_alone(
    stage: Stage, gateway: StripeGateway
) -> None:
    payment_id = await taken(stage, gateway)
    await gateway.refund(payment_id, 200, "r1")
    assert (await gateway.refund(payment_id, 734, "r2")).refunded_yen == 734
    assert (await gateway.refund(payment_id, 500, "r3")).refunded_yen == 734


async def test_no_more_goes_back_than_was_captured(stage: Stage, gateway: StripeGateway) -> None:
    payment_id = await taken(stage, gateway)
    await refused(gateway.refund(payment_id, 735, "r"))
    assert (await gateway.refund(payment_id, 0, "r0")).refunded_yen == 0


async def test_what_was_never_captured_is_not_given_back(
    stage: Stage, gateway: StripeGateway
) -> None:
    payment_id = pid(await held(stage, gateway))
    assert await refused(gateway.refund(payment_id, 100, "r")) == "payment_intent_unexpected_state"


async def test_a_lost_answer_is_the_same_refund_afterwards(
    stage: Stage, gateway: StripeGateway
) -> None:
    payment_id = await taken(stage, gateway)
    stage.faults("none", "drop_after")
    await unavailable(gateway.refund(payment_id, 200, "r"))
    assert (await gateway.refund(payment_id, 200, "r")).refunded_yen == 200
    assert (await gateway.refund(payment_id, 200, "r-2")).refunded_yen == 200


async def test_a_failure_kept_under_the_key_is_passed_under_another(
    stage: Stage, gateway: StripeGateway
) -> None:
    payment_id = await taken(stage, gateway)
    stage.faults("none", "saved_500")
    await unavailable(gateway.refund(payment_id, 200, "r"))
    await unavailable(gateway.refund(payment_id, 200, "r"))
    assert (await gateway.refund(payment_id, 200, "r-2")).refunded_yen == 200


async def test_what_is_asked_fits_the_sdks_types_and_the_twins_table() -> None:
    sent: list[dict[str, Any]] = []

    def stripe(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            sent.append(dict(read_form(request.content)))
            return httpx.Response(200, json={"id": "re_1", "object": "refund"})
        given_back = 200 if sent else 0
        return httpx.Response(
            200,
            json={
                "id": "pi_1", "object": "payment_intent", "status": "succeeded",
                "currency": "jpy", "amount_capturable": 0, "amount_received": 734,
                "latest_charge": {"id": "ch_1", "object": "charge", "amount_refunded": given_back},
            },
        )  # fmt: skip

    gateway = StripeGateway(
        secret_key="sk_test_x", webhook_secret=SECRET, sandbox=True, retries=0,
        http=Hasty(httpx.MockTransport(stripe)),
    )  # fmt: skip
    await gateway.refund("pi_1", 200, "r")
    await gateway.close()
    assert sent == [{"payment_intent": "pi_1", "amount": "200"}]
    adapter(RefundCreateParams, strict=False).validate_python(sent[0])
    assert set(sent[0]) <= set(twin_params.REFUND_CREATE)


async def test_the_retry_of_the_sdk_refunds_once(stage: Stage) -> None:
    gateway = over(Hasty(stage.transport()), retries=2)
    payment_id = await taken(stage, gateway)
    stage.faults("none", "drop_after")
    assert (await gateway.refund(payment_id, 200, "r")).refunded_yen == 200
    await gateway.close()
