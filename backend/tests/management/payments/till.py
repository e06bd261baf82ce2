"""What the gateway's tests have in common: an order, a hold, and the two kinds of no."""

from collections.abc import Awaitable
from typing import Any

import pytest

from konsento.management.payments.gateway import (
    CheckoutState,
    GatewayRefused,
    GatewayUnavailable,
    HoldOrder,
    PaymentGateway,
)
from konsento.management.payments.stripe_gateway import StripeGateway, StripeHttp
from tests.twin.stage import API_KEY, BASE, CANCEL, Stage

SECRET = "whsec_stage"
DAY_MS = 86_400_000


def over(http: StripeHttp, retries: int = 0) -> StripeGateway:
    return StripeGateway(
        secret_key=API_KEY,
        webhook_secret=SECRET,
        sandbox=True,
        api_base=BASE,
        retries=retries,
        http=http,
    )


def order(stage: Stage, attempt: int = 1, amount_yen: int = 1200) -> HoldOrder:
    return HoldOrder(
        session_id="s1",
        attempt=attempt,
        amount_yen=amount_yen,
        description="EV充電 駅前 1番",
        language="ja",
        success_url="https://shop.test/s/s1",
        cancel_url=CANCEL,
        expires_at_s=stage.clock.now_ms() // 1000 + 3600,
        email="driver@example.test",
    )


async def held(stage: Stage, gateway: PaymentGateway, key: str = "open") -> CheckoutState:
    checkout = await gateway.open_checkout(order(stage), key)
    await stage.pay(checkout.checkout_id)
    return await gateway.look(checkout.checkout_id)


async def unavailable(call: Awaitable[Any]) -> GatewayUnavailable:
    with pytest.raises(GatewayUnavailable) as caught:
        await call
    return caught.value


async def refused(call: Awaitable[Any]) -> str:
    with pytest.raises(GatewayRefused) as caught:
        await call
    return caught.value.code


def pid(state: CheckoutState) -> str:
    assert state.payment_id is not None
    return state.payment_id
