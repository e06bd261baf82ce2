"""Somebody who does our work and may die between any two lines of it."""

from konsento.foundation.clock import TestClock
from konsento.foundation.ids import CountingIds
from konsento_push.delivery import Delivery
from konsento_push.notification import Notification
from konsento_push.subscription import Subscription
from konsento_push.web_push import Pushed
from tests.management.mortal import Died


class Mortal:
    """Ids, a clock and a pusher in one, which die at the n-th thing that is asked of them."""

    public_key = "key"

    def __init__(self, clock: TestClock, ids: CountingIds, told: list[str], dies_at: int) -> None:
        self._clock, self._ids, self._told = clock, ids, told
        self.asked, self._dies_at = 0, dies_at

    def _lives(self) -> None:
        self.asked += 1
        if self.asked == self._dies_at:
            raise Died

    def now_ms(self) -> int:
        self._lives()
        return self._clock.now_ms()

    async def sleep(self, for_ms: int) -> None:
        await self._clock.sleep(for_ms)

    def fresh(self) -> str:
        self._lives()
        return self._ids.fresh()

    def token(self) -> str:
        return self._ids.token()

    def below(self, bound: int) -> int:
        return self._ids.below(bound)

    async def send(self, subscription: Subscription, notification: Notification) -> Pushed:
        self._lives()
        self._told.append(subscription.endpoint)
        self._lives()
        return Pushed(Delivery.SENT)

    async def close(self) -> None:
        """Nothing was opened."""
