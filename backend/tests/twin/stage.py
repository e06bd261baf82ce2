"""The twin on a stage: its world, a merchant with Stripe's own SDK, and a driver's browser."""

import asyncio
import re
from dataclasses import dataclass, field
from typing import Any

import httpx
import stripe

from konsento.foundation.clock import TestClock
from konsento.foundation.ids import CountingIds
from konsento.management.payments.stripe_gateway import StripeHttp
from konsento.twin.faults import Fault
from konsento.twin.server import TwinServer, twin_server
from konsento.twin.world import World

API_KEY = "sk_test_stage"
ORIGIN = "http://twin.test"
BASE = f"{ORIGIN}/sandbox"
SUCCESS = "https://shop.test/s/1?paid={CHECKOUT_SESSION_ID}"
CANCEL = "https://shop.test/s/1"
GOOD = "4242 4242 4242 4242"
DECLINED = "4000 0000 0000 0002"
POOR = "4000 0000 0000 9995"
PROOF = "4000 0025 0000 3155"


class Hasty(StripeHttp):
    """The way to the twin, without the pause before a retry."""

    async def sleep_async(self, secs: float) -> None:
        """Do not wait."""


class Listening(TestClock):
    """A clock that tells when somebody went to sleep by it."""

    def __init__(self) -> None:
        super().__init__()
        self.asleep = asyncio.Event()

    async def sleep(self, for_ms: int) -> None:
        self.asleep.set()
        await super().sleep(for_ms)


@dataclass
class Stage:
    clock: TestClock
    ids: CountingIds
    world: World = field(init=False)
    app: TwinServer = field(init=False)
    browser: httpx.AsyncClient = field(init=False)

    def __post_init__(self) -> None:
        self.world = World(clock=self.clock, ids=self.ids, api_key=API_KEY, public_url=BASE)
        self.app = twin_server(self.world, base_path="/sandbox")
        self.browser = httpx.AsyncClient(transport=self.transport(), base_url=ORIGIN)

    def transport(self) -> httpx.ASGITransport:
        return httpx.ASGITransport(app=self.app)

    def sdk(self, api_key: str = API_KEY, retries: int = 0) -> Any:
        """The v1 services of Stripe's SDK, pointed at the twin."""
        client = stripe.StripeClient(
            api_key,
            http_client=Hasty(self.transport()),
            base_addresses={"api": BASE},
            max_network_retries=retries,
        )
        return client.v1

    def faults(self, *planned: Fault) -> None:
        self.world.faults.plan(*planned)

    def order(self, amount_yen: int = 1200, **more: Any) -> dict[str, Any]:
        """The parameters of a session that holds the amount on a card."""
        price = {
            "currency": "jpy",
            "unit_amount": amount_yen,
            "product_data": {"name": "EV充電 駅前"},
        }
        return {
            "mode": "payment",
            "locale": "ja",
            "allowed_payment_method_types": ["card"],
            "line_items": [{"quantity": 1, "price_data": price}],
            "payment_intent_data": {"capture_method": "manual", "metadata": {"session_id": "s1"}},
            "metadata": {"session_id": "s1", "attempt": "1"},
            "success_url": SUCCESS,
            "cancel_url": CANCEL,
            "expires_at": self.clock.now_ms() // 1000 + 3600,
            **more,
        }

    async def opened(self, amount_yen: int = 1200, **more: Any) -> Any:
        return await self.sdk().checkout.sessions.create_async(self.order(amount_yen, **more))

    async def press(self, checkout_id: str, do: str, number: str = "") -> httpx.Response:
        """Press a button of the hosted page."""
        form = {"do": do, "number": number}
        return await self.browser.post(f"/sandbox/pay/{checkout_id}", data=form)

    async def pay(self, checkout_id: str, number: str = GOOD) -> httpx.Response:
        return await self.press(checkout_id, "pay", number)

    async def page(self, checkout_id: str, **headers: str) -> httpx.Response:
        return await self.browser.get(f"/sandbox/pay/{checkout_id}", headers=headers)

    async def held(self, amount_yen: int = 1200) -> str:
        """The id of a payment that is held on a good card."""
        session = await self.opened(amount_yen)
        await self.pay(session.id)
        seen = await self.sdk().checkout.sessions.retrieve_async(session.id)
        return str(seen.payment_intent)


def problem_of(page: httpx.Response) -> str | None:
    """The sentence in the page's alert, None without one."""
    match = re.search(r'<p class="problem" role="alert" id="problem">([^<]*)</p>', page.text)
    return match[1] if match else None
