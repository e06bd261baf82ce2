"""The twin's background work: webhooks are signed, sent, and sent again until they are taken."""

import hashlib
import hmac

import httpx
import structlog

from konsento.foundation.asking import Http
from konsento.foundation.database import DatabaseBusy
from konsento.twin.keys import forget_old_keys
from konsento.twin.lapses import let_lapse
from konsento.twin.limits import (
    BACKOFF_MS,
    BACKOFF_MS_MAX,
    DELIVERIES_A_GO,
    DELIVERY_TIMEOUT_S,
    DELIVERY_TRIES_MAX,
    POLL_MS_MAX,
    POLL_MS_MIN,
)
from konsento.twin.tables import TWIN, TwinDelivery
from konsento.twin.world import World

log = structlog.get_logger(__name__)


def sign(body: bytes, secret: str, now_s: int) -> str:
    """The Stripe-Signature header: HMAC-SHA256 over `seconds.body`."""
    said = f"{now_s}.".encode() + body
    return f"t={now_s},v1={hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()}"


def backoff_ms(tries: int) -> int:
    """How long to wait after that many tries: doubling, with an upper bound."""
    return min(BACKOFF_MS << (tries - 1), BACKOFF_MS_MAX)


class Courier:
    """Brings webhooks to `hook_url` through the client it is given."""

    def __init__(self, world: World, *, client: Http, hook_url: str, hook_secret: str) -> None:
        self._world = world
        self._client = client
        self._hook_url = hook_url
        self._hook_secret = hook_secret

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            heard = self._world.bell.rings
            try:
                await self.let_lapse()
                sent = await self.deliver_due()
                pause_ms = await self._pause_ms()
            except DatabaseBusy:
                log.warning("the twin's database is busy")
                sent, pause_ms = 0, POLL_MS_MAX
            if sent < DELIVERIES_A_GO:
                await self._world.bell.wait(pause_ms, since=heard)

    async def let_lapse(self) -> int:
        """End what is out of time; returns how many ended."""
        async with TWIN.writing("twin"):
            await forget_old_keys(self._world.clock.now_ms())
            return await let_lapse(self._world)

    async def deliver_due(self) -> int:
        """Send what is due, a bounded bite; returns how many were tried."""
        rows = (
            await TwinDelivery.select()
            .where(TwinDelivery.due_ms <= self._world.clock.now_ms())
            .order_by(TwinDelivery.due_ms, TwinDelivery.id)
            .limit(DELIVERIES_A_GO)
        )
        for row in rows:
            taken = await self._send(row["body"].encode())
            await self._note(str(row["id"]), int(row["tries"]) + 1, taken=taken)
        return len(rows)

    async def _send(self, body: bytes) -> bool:
        now_s = self._world.now_s()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": sign(body, self._hook_secret, now_s),
        }
        try:
            answer = await self._client.request(
                "POST", self._hook_url, content=body, headers=headers, timeout=DELIVERY_TIMEOUT_S
            )
        except (httpx.HTTPError, OSError):
            return False
        return answer.is_success

    async def _note(self, name: str, tries: int, *, taken: bool) -> None:
        given_up = not taken and tries >= DELIVERY_TRIES_MAX
        if given_up:
            log.warning("webhook given up", delivery=name, tries=tries)
        async with TWIN.writing("twin"):
            if taken or given_up:
                await TwinDelivery.delete().where(TwinDelivery.id == name)
                return
            due_ms = self._world.clock.now_ms() + backoff_ms(tries)
            await TwinDelivery.update(
                {TwinDelivery.due_ms: due_ms, TwinDelivery.tries: tries}
            ).where(TwinDelivery.id == name)

    async def _pause_ms(self) -> int:
        rows = await TWIN.ask("SELECT MIN(due_ms) AS due_ms FROM twin_delivery")
        if rows[0]["due_ms"] is None:
            return POLL_MS_MAX
        left_ms = int(rows[0]["due_ms"]) - self._world.clock.now_ms()
        return min(max(left_ms, POLL_MS_MIN), POLL_MS_MAX)
