"""One charge through many processes: driven at one server, followed at another, a worker killed.

On SQLite the management server is one process, which is killed and started again; on PostgreSQL
two serve and two work.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from konsento.foundation.clock import SystemClock
from konsento.foundation.databases import PEOPLE
from konsento.twin.payment import Status
from konsento.twin.tables import TWIN
from tests.assembly.processes.city import FAST_W, ORDERED_WH, REGISTER_WH, Phone, opened, settle
from tests.assembly.processes.houses import Process, free_port, running, told_by, until
from tests.conftest import NewAddress
from tests.management.audit import due_yen, provider_payments, used_by_registers
from tests.push.post_office import PostOffice
from tests.town import Json

EMAIL = "haruka@example.test"
STEP_WH = 10


class City:
    """The processes of one town, and the settings they share."""

    def __init__(self, folder: Path, office: PostOffice, people: str, grid: str) -> None:
        self.front, self.mdms_port, self.twin_port = free_port(), free_port(), free_port()
        self.settings: Json = {
            "public_url": f"http://127.0.0.1:{self.front}",
            "people_db": people,
            "grid_db": grid,
            "street_db": folder / "street.sqlite",
            "twin_db": folder / "twin.sqlite",
            "mdms_url": f"http://127.0.0.1:{self.mdms_port}",
            "mdms_api_key": "a-key-of-our-management-server",
            "mdms_api_keys": "konsento:a-key-of-our-management-server",
            "mdms_driver": "simulated",
            "measure_every_ms": 1_000,
            "stripe_secret_key": "sk_test_city",
            "stripe_webhook_secret": "whsec_city",
            "stripe_api_base": f"http://127.0.0.1:{self.twin_port}/sandbox",
            "smtp_host": "127.0.0.1",
            "smtp_port": office.port,
            "smtp_starttls": "false",
            "mail_from": "konsento@example.test",
            "mail_secret": "secret-of-what-is-mailed",
        }
        self.settings = {name: str(value) for name, value in self.settings.items()}
        self._folder, self.office = folder, office
        shared = people.startswith("postgres")
        self.mdms = self._process("serve", "mdms", port=self.mdms_port)
        self.twin = self._process("serve", "twin", port=self.twin_port)
        self.servers = [self._process("serve", "management", port=self.front)]
        self.workers: list[Process] = []
        if shared:
            self.servers.append(self._process("serve", "management"))
            self.workers = [self._process("worker", "management") for _ in range(2)]
        self.all = [self.mdms, self.twin, *self.servers, *self.workers]

    def _process(self, *words: str, port: int | None = None) -> Process:
        port = port or free_port()
        return Process(self._folder / f"{port}.log", *words, port=port, **self.settings)


@pytest_asyncio.fixture
async def city(new_address: NewAddress, tmp_path: Path) -> AsyncIterator[City]:
    """Its databases are migrated, each part by its own command; nothing runs yet."""
    async with PostOffice().open() as office:
        addresses = await new_address("people"), await new_address("grid")
        made = City(tmp_path, office, *addresses)
        parts = ("management", "mdms", "twin")
        migrating = (told_by("migrate", part, **made.settings) for part in parts)
        for status, steps, complaint in await asyncio.gather(*migrating):
            assert (status, bool(steps)) == (0, True), complaint
        yield made


async def nothing_is_in_hand() -> bool:
    """Nothing is leased or tried again; what is due some day may wait."""
    now_ms = SystemClock().now_ms()
    sql = "SELECT id FROM outbox WHERE generation > 0 OR due_at_ms <= {}"
    return not await PEOPLE.ask(sql, now_ms)


async def is_watched_over(process: Process) -> None:
    """Each answers who watches over it."""
    async with httpx.AsyncClient(base_url=process.url) as client:
        for path in ("/health/live", "/health/ready", "/metrics"):
            answer = await client.get(path)
            assert answer.status_code == 200, (process.log.name, path)


async def charge(city: City, phone: Phone, code: str) -> Json:
    """Paid at the one server and followed at the other; the last of the news.

    As soon as two measurements were heard, a process that works is killed.
    """
    session = await phone.begins(city.servers[0].url, code, EMAIL)
    await phone.pays(session)
    victim = (city.workers or city.servers)[0]
    killed, seen = False, session
    async for seen in phone.follows(city.servers[-1].url, session):
        if not killed and seen["state"] == "charging" and seen["used_wh"]:
            await until(nothing_is_in_hand)  # what it had leased would wait a minute for another
            victim.kill()
            killed = True
            if not city.workers:
                await victim.end()
                await victim.start()
    assert killed
    return seen


async def books_are_right(session_id: str, seen: Json) -> None:
    """Metered, billed and paid once, by everybody's books."""
    (row,) = await PEOPLE.ask("SELECT * FROM session WHERE id = {}", session_id)
    (quote,) = await PEOPLE.ask("SELECT * FROM quote WHERE session_id = {}", session_id)
    (receipt,) = await PEOPLE.ask("SELECT * FROM receipt WHERE session_id = {}", session_id)
    used_wh = (await used_by_registers())[row["request_number"]]
    assert row["closing_register_wh"] - row["opening_register_wh"] == used_wh == seen["used_wh"]
    assert row["opening_register_wh"] == REGISTER_WH
    assert ORDERED_WH - STEP_WH <= used_wh <= ORDERED_WH + FAST_W * 2 // 3600
    owed = due_yen(used_wh, quote)
    assert owed > 50
    (paid,) = (await provider_payments())[session_id]
    assert (paid.status, paid.received_yen) == (Status.TAKEN, owed)
    assert (receipt["paid_yen"], receipt["unpaid_yen"]) == (owed, 0)
    taken = await PEOPLE.ask("SELECT amount_yen FROM ledger WHERE account = 'provider'")
    assert taken == [{"amount_yen": owed}]


@pytest.mark.timeout(300)  # twenty seconds where nothing else runs
async def test_a_charge_outlives_the_process_that_carried_it(city: City) -> None:
    phone, code = Phone(), await settle(city.settings)
    async with opened(city.settings), running(*city.all), AsyncExitStack() as stack:
        stack.push_async_callback(phone.leaves)
        for process in city.all:
            await is_watched_over(process)
        seen = await charge(city, phone, code)
        assert (seen["state"], seen["payment"]["state"]) == ("settled", "captured")
        await city.office.took.wait()
        await until(nothing_is_in_hand)
        living = [each for each in reversed(city.all) if each not in city.workers[:1]]
        assert [await each.end() for each in living] == [0] * len(living)
        assert [line for each in city.all for line in each.errors()] == []
        await TWIN.open(city.settings["twin_db"])
        stack.push_async_callback(TWIN.close)
        await books_are_right(seen["session_id"], seen)
        assert len(city.office.taken) == 1
        assert EMAIL.encode() in city.office.taken[0]
