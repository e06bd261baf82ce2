"""The town and whoever is told of it, driven by hand: cut something, let half an hour pass."""

from collections.abc import Collection, Sequence
from functools import partial

import msgspec

from konsento.assembly.demo.customers import usage_points
from konsento.assembly.demo.households import Households
from konsento.foundation.clock import TestClock
from konsento.foundation.databases import PEOPLE
from konsento.foundation.ids import CountingIds
from konsento.foundation.outbox import Outbox
from konsento.management.customers.customer_table import UsagePoint
from konsento.management.customers.email_state import EmailState
from konsento.management.customers.load import load
from konsento.management.customers.registration import Record
from konsento.management.customers.tables import RegistrationRow
from konsento.management.notices.dispatch.carry import Carrier
from konsento.management.notices.dispatch.lane import Lane
from konsento.management.notices.outages import events, store
from konsento.management.notices.outages.follow import follow_once
from konsento.management.notices.outages.hands import Teller
from konsento.management.notices.outages.power import my_power
from konsento.management.notices.outages.render import render
from konsento.management.notices.outages.weigh import look_at_those_who_wait, weigh_outage
from konsento.mdms.fleet.town.plan import TownPlan
from konsento.outage.contract import OutageClient
from konsento.outage.neighbours import Role
from konsento_push.caught import Caught, CaughtMail
from konsento_push.email import Sender

SLOT_MS = 1_800_000
STEP_MS = 150_000
REGISTERED_MAX = 6  # homes of each of the first transformers
TRANSFORMERS = 40


class ToldTown:
    """A registration is named after its meter; every one is told by mail, in Japanese."""

    def __init__(
        self, households: Households, clock: TestClock, ids: CountingIds, outages: OutageClient
    ) -> None:
        self.households, self.clock, self.ids = households, clock, ids
        self.mails = CaughtMail(Sender("Konsento", "konsento@example.jp"))
        self.came: list[Caught] = []
        self.teller = Teller(
            clock=clock, ids=ids, outbox=Outbox(PEOPLE, ids), brake_above=10_000,
            public_url="https://konsento.example", outages=outages, mails=True,
        )  # fmt: skip
        carrier = Carrier(
            clock=clock, ids=ids, render=partial(render, teller=self.teller), bounced=_nobody,
            mailer=self.mails,
        )  # fmt: skip
        self.lane = Lane(carrier)
        self.transformer_of: dict[str, str] = {}
        self.feeder_of: dict[str, str] = {}

    @property
    def plan(self) -> TownPlan:
        return self.households.live.plan

    async def register(self) -> None:
        """Some homes of each of some transformers."""
        plan, now_ms = self.plan, self.clock.now_ms()
        points = {each.smid: each for each in usage_points(plan, now_ms)}
        chosen: list[UsagePoint] = []
        counted: dict[int, int] = {}
        for row, smid in enumerate(each.decode() for each in plan.smids):
            transformer = int(plan.transformer_of_meter[row])
            taken = counted.get(transformer, 0)
            if smid not in points or taken >= REGISTERED_MAX or len(counted) > TRANSFORMERS:
                continue
            counted[transformer] = taken + 1
            chosen.append(points[smid])
            section = int(plan.section_of_transformer[transformer])
            self.transformer_of[smid] = plan.transformer_codes[transformer]
            self.feeder_of[smid] = plan.feeder_codes[int(plan.feeder_of_section[section])]
        await load(chosen, now_ms)
        async with PEOPLE.writing():
            for each in chosen:
                await PEOPLE.add(RegistrationRow, _record(each.smid, now_ms))

    async def half_hour(self) -> None:
        """To the end of the slot's judging; everything beside it goes on."""
        await self.clock.advance(SLOT_MS - self.clock.now_ms() % SLOT_MS)
        for _ in range(11):
            await self.step()

    async def step(self) -> None:
        """Two and a half minutes of everything."""
        await self.clock.advance(STEP_MS)
        await self.households.hand_on()
        await self.households.rounds.step()
        await self.work()

    def of_one_transformer(self, *, at_least: int) -> list[str]:
        """All meters below the first that has so many."""
        plan = self.plan
        below: dict[int, list[str]] = {}
        for smid, transformer in zip(plan.smids, plan.transformer_of_meter, strict=True):
            below.setdefault(int(transformer), []).append(smid.decode())
        codes = set(self.transformer_of.values())
        return next(
            smids
            for transformer, smids in sorted(below.items())
            if len(smids) >= at_least and plan.transformer_codes[transformer] in codes
        )

    async def late_readings(self, smids: Sequence[str]) -> None:
        """What was measured in the last whole slot comes now, by the meters' concentrators."""
        plan, now_ms = self.plan, self.clock.now_ms()
        start_ms = now_ms - now_ms % SLOT_MS - SLOT_MS
        rows = {smid.decode(): row for row, smid in enumerate(plan.smids)}
        by_way: dict[str, list[str]] = {}
        for smid in smids:
            way = plan.concentrator_codes[int(plan.concentrator_of_meter()[rows[smid]])]
            by_way.setdefault(way, []).append(smid)
        for way, behind in by_way.items():
            batch = {
                "batch": f"late-{way}-{start_ms}", "concentrator": way, "slot_start_ms": start_ms,
                "sent_at_ms": now_ms, "smid": behind, "energy_wh": [120] * len(behind),
                "status": [0] * len(behind),
            }  # fmt: skip
            answer = await self.households._neighbours._send(
                "POST", "/outage/v1/readings", Role.COLLECTOR, msgspec.json.encode(batch)
            )
            assert answer.is_success, answer.text

    async def work(self) -> None:
        """What the management server does of it."""
        handlers = {events.WEIGH: partial(weigh_outage, teller=self.teller)}
        await follow_once(self.teller, wait_s=0)
        await self.clock.advance(1_000)
        while await self.teller.outbox.work_once(handlers, self.clock):
            continue
        await look_at_those_who_wait(self.teller)
        while await self.lane.work_once():
            self.came = [*reversed(self.mails.mails)]

    async def office_says(self, entry: str, facts: dict[str, object], outage: str = "") -> None:
        """A sales office's word, through the door that it has."""
        body = {"said_at_ms": self.clock.now_ms(), "facts": facts}
        if outage:
            body["outage"] = outage
        answer = await self.households._neighbours._send(
            "PUT", f"/outage/v1/entries/{entry}", Role.OFFICE, msgspec.json.encode(body)
        )
        assert answer.is_success, answer.text
        await self.work()

    async def told(self, smids: Collection[str]) -> dict[str, list[str]]:
        """Kinds by meter, the oldest first."""
        found = await store.notices_of([_name(smid) for smid in smids])
        return {smid: [each.kind.value for each in reversed(found[_name(smid)])] for smid in smids}

    async def page(self, smid: str) -> tuple[str, str | None]:
        """What 'My power' says of a home now: the judgement, and how sure."""
        (meter,) = (await my_power(f"v{smid}", self.teller)).meters
        return meter.judgement, meter.grade

    async def nobody_was_told(self) -> bool:
        return not await PEOPLE.ask("SELECT id FROM power_notice LIMIT 1")


def _name(smid: str) -> str:
    return f"r{smid.lower().replace('-', '')}"


def _record(smid: str, now_ms: int) -> Record:
    return Record(
        id=_name(smid), smid=smid, visitor=f"v{smid}", email=f"{smid.lower()}@example.jp",
        email_state=EmailState.ON, confirm_round=0, language="ja", planned_mail=True,
        created_at_ms=now_ms, ended_at_ms=None,
    )  # fmt: skip


async def _nobody(_: str, __: str) -> None:
    """No mail came back."""
