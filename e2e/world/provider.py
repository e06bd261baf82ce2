"""The payment provider from outside: late with its webhooks, and asked what it holds."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

import msgspec

from e2e.world.house import House
from e2e.world.loopback import caller
from konsento.foundation.ids import SystemIds


class Payment(msgspec.Struct, frozen=True):
    """One payment by the provider's own books; yen."""

    id: str
    status: str
    amount_capturable: int
    amount_received: int


class Payments(msgspec.Struct, frozen=True):
    data: list[Payment]


class Refund(msgspec.Struct, frozen=True):
    amount: int


class Refunds(msgspec.Struct, frozen=True):
    data: list[Refund]


Listed = TypeVar("Listed", Payments, Refunds)


class Provider:
    """The twin in a house: its control, and its wire with the house's own test key."""

    def __init__(self, house: House) -> None:
        self._house = house

    @asynccontextmanager
    async def is_late(self, hooks_late_s: int) -> AsyncIterator[None]:
        """What happens meanwhile is told by webhook so many seconds of the house's time later."""
        await self._be_late(hooks_late_s)
        try:
            yield
        finally:
            await self._be_late(0)

    async def _be_late(self, hooks_late_s: int) -> None:
        headers = {"X-Requested-By": "konsento", "Idempotency-Key": SystemIds().fresh()}
        async with caller(self._house.url) as client:
            wish = {"hooks_late_s": hooks_late_s}
            answer = await client.post("/demo/api/provider", json=wish, headers=headers)
        answer.raise_for_status()

    async def payments(self) -> list[Payment]:
        """All that was ever begun, the newest first."""
        return (await self._listed("payment_intents", Payments)).data

    async def refunded_yen(self) -> int:
        """All that was ever given back."""
        return sum(refund.amount for refund in (await self._listed("refunds", Refunds)).data)

    async def _listed(self, what: str, shape: type[Listed]) -> Listed:
        key = self._house.secret("stripe_secret_key")
        async with caller(self._house.url) as client:
            answer = await client.get(
                f"/sandbox/v1/{what}?limit=100",
                headers={"Authorization": f"Bearer {key}"},
            )
        answer.raise_for_status()
        return msgspec.json.decode(answer.content, type=shape)
