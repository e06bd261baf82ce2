"""Three homes of the town in the utility's table, and people who live there."""

import functools
import re
from typing import Any

import httpx
import msgspec

from konsento.foundation.databases import PEOPLE
from konsento.management.customers.confirm import confirm, fresh_token
from konsento.management.customers.customer_table import UsagePoint
from konsento.management.customers.load import load
from konsento.management.customers.typed import plain
from tests.management import mortal
from tests.management.world import World
from tests.town import Driver, Json, Refused, key

METERS = "/api/meters"
OURS = re.compile(r"\b(usage_point|registration|customer_try|mail_confirm|outbox)\b")


def home(smid: str, customer_number: str, postal_code: str, **other: Any) -> UsagePoint:
    """A row of the table; `other` in place of what is usual."""
    facts: dict[str, Any] = {
        "smid": smid, "smid_key": plain(smid), "customer_number": customer_number,
        "postal_code": postal_code, "area": "33101-001", "address": "岡山市北区駅元町1-1",
        "holder": "春日 遥", "email": None, "moved_out_at_ms": None,
    }  # fmt: skip
    return UsagePoint(**(facts | other))


HARUKAS = home("SM-33-000001", "3310100001", "7000024")
MINORUS = home(
    "SM-33-000002", "3310100002", "7000025", holder="海野 実", address="岡山市北区昭和町2"
)
AKANES = home("SM-33-000003", "3310200003", "7010100", area="33102-004", address="岡山市中区浜3")


async def move_in(now_ms: int, *homes: UsagePoint) -> None:
    """The utility's table with these homes, or all three."""
    await load(homes or (HARUKAS, MINORUS, AKANES), now_ms)


def wish(point: UsagePoint, **other: object) -> Json:
    """The three as they stand on the bill, but for what is said otherwise."""
    three = {name: getattr(point, name) for name in ("smid", "customer_number", "postal_code")}
    return three | {"language": "ja"} | other


class Customer(Driver):
    """Somebody with a phone and an electricity bill."""

    async def put(self, path: str, body: Json) -> httpx.Response:
        headers = {"Idempotency-Key": key(), "Content-Type": "application/json"}
        return await self.phone.put(path, content=msgspec.json.encode(body), headers=headers)

    async def delete(self, path: str) -> httpx.Response:
        return await self.phone.delete(path, headers={"Idempotency-Key": key()})

    async def tries(self, body: Json) -> httpx.Response:
        return await self.post(METERS, body)

    async def registers(self, point: UsagePoint, **other: object) -> str:
        """The registration's id. Raises Refused."""
        said = await self.said(await self.tries(wish(point, **other)))
        return str(said["registration_id"])

    async def meters(self) -> list[Json]:
        said: list[Json] = (await self.said(await self.get(METERS)))["meters"]
        return said

    async def writes_to(self, registration_id: str, email: str | None) -> None:
        """Gives an address, or takes it back. Raises Refused."""
        done(await self.put(f"{METERS}/{registration_id}/email", {"email": email}))

    async def wants_planned(self, registration_id: str, *, wanted: bool) -> None:
        done(await self.put(f"{METERS}/{registration_id}/planned", {"planned_mail": wanted}))

    async def leaves_meter(self, registration_id: str) -> None:
        done(await self.delete(f"{METERS}/{registration_id}"))


def done(answer: httpx.Response) -> None:
    if answer.is_error:
        raise Refused(answer)
    assert answer.status_code == 204


async def owed(kind: str) -> list[str]:
    """Subjects of the tasks of this kind, in the order in which they were owed."""
    rows = await PEOPLE.ask("SELECT subject FROM outbox WHERE kind = {} ORDER BY id", kind)
    return [row["subject"] for row in rows]


async def on(house: World, registration_id: str) -> None:
    """The mail came, and its link was opened."""
    token = await fresh_token(registration_id, house.ids, house.clock.now_ms())
    assert token is not None
    await confirm(token, house.clock.now_ms())


class Died(Exception):
    """The process was killed before this statement; a door answers it as any other failure."""


listened = functools.partial(mortal.listened, ours=OURS, death=Died)
