"""The people's side of a plan, in one transaction: facility, desk, prices and outlets."""

from collections import Counter
from collections.abc import Awaitable

import msgspec

from konsento.assembly.enrolment.plan import Complaint, Plan, PlanRefused
from konsento.foundation.clock import Clock
from konsento.foundation.databases import PEOPLE
from konsento.foundation.ids import Ids
from konsento.management.charging.facility import reach
from konsento.management.charging.outlet_code import label
from konsento.management.charging.put_up import Described, ElsewhereAlready, put_up
from konsento.management.operators.account import Account, account_of, open_account
from konsento.management.operators.facility import call
from konsento.management.operators.password import Passwords
from konsento.management.retail.sell import Offered, Price, keep_offer, keep_price, keep_retailer
from konsento.management.retail.tariff import Retailer

GROUP, GROUPS = 5, 4  # of a password: a hundred bits that one can read out


class Enrolled(msgspec.Struct, frozen=True, kw_only=True):
    """`counts` by what became of each kind's rows; `labels` by outlet; `passwords` by name, of the
    accounts that are new: they are told this once.
    """

    counts: Counter[tuple[str, str]]
    labels: dict[str, str]
    passwords: dict[str, str]


class Newcomer(msgspec.Struct, frozen=True):
    password: str
    password_hash: str


async def enrol_people(plan: Plan, *, clock: Clock, ids: Ids, passwords: Passwords) -> Enrolled:
    """All of the plan or nothing. Twice is once. Raises PlanRefused."""
    # Hashing takes long: before the transaction, for those who are not there yet.
    newcomers = {
        each.name: await _newcomer(ids, passwords)
        for each in plan.operators
        if await account_of(each.name) is None
    }
    async with PEOPLE.writing("enrolment"):
        return await _Books(plan, clock.now_ms(), ids).write(newcomers)


async def _newcomer(ids: Ids, passwords: Passwords) -> Newcomer:
    token = ids.token()
    password = "-".join(token[n * GROUP : (n + 1) * GROUP] for n in range(GROUPS))
    return Newcomer(password, await passwords.keep(password, ids.token()))


class _Books:
    """One transaction's work; what is wrong is gathered, and undoes all of it at the end."""

    def __init__(self, plan: Plan, now_ms: int, ids: Ids) -> None:
        self._plan, self._now_ms, self._ids = plan, now_ms, ids
        self._counts: Counter[tuple[str, str]] = Counter()
        self._complaints: list[Complaint] = []

    async def write(self, newcomers: dict[str, Newcomer]) -> Enrolled:
        facility = self._plan.facility
        became = await call(facility.id, facility.name_ja, facility.name_en)
        if await reach(facility.id, facility.phone) and became == "same":
            became = "changed"
        self._counts["facility", became] += 1
        await self._sell()
        labels = await self._outlets()
        told = await self._desk(newcomers)
        if self._complaints:
            raise PlanRefused(self._complaints)
        return Enrolled(counts=self._counts, labels=labels, passwords=told)

    async def _count(self, kind: str, became: Awaitable[str]) -> None:
        self._counts[kind, await became] += 1

    async def _sell(self) -> None:
        for retailer in self._plan.retailers:
            row = Retailer(**msgspec.structs.asdict(retailer))
            await self._count("retailer", keep_retailer(row))
        for tariff in self._plan.tariffs:
            price = Price(
                retailer_id=tariff.retailer, power_type=tariff.power_type,
                unit_price_myen_per_kwh=tariff.unit_price_myen_per_kwh,
                carbon_g_per_kwh=tariff.carbon_g_per_kwh,
            )  # fmt: skip
            await self._count("tariff", keep_price(price, self._ids.fresh(), self._now_ms))
            offered = Offered(
                facility=self._plan.facility.id, retailer_id=tariff.retailer,
                power_type=tariff.power_type, owner=tariff.owner,
            )  # fmt: skip
            await self._count("offer", keep_offer(offered, self._ids.fresh()))

    async def _outlets(self) -> dict[str, str]:
        labels = {}
        for number, each in enumerate(self._plan.outlets):
            described = Described(
                outlet=each.outlet, facility=self._plan.facility.id,
                title_ja=each.name_ja, title_en=each.name_en,
                hint_ja=each.hint_ja, hint_en=each.hint_en,
                voltage_v=each.voltage_v, power_w_max=each.power_w_max,
                plan_x=each.plan_x, plan_y=each.plan_y,
            )  # fmt: skip
            try:
                became, code = await put_up(described, self._ids)
            except ElsewhereAlready as other:
                self._refuse("outlet", number, f"{each.outlet} belongs to facility {other}")
                continue
            self._counts["outlet", became] += 1
            labels[each.outlet] = label(code)
        return labels

    async def _desk(self, newcomers: dict[str, Newcomer]) -> dict[str, str]:
        told = {}
        facility = self._plan.facility.id
        for number, each in enumerate(self._plan.operators):
            there: Account | None = await account_of(each.name)
            if there is None and each.name in newcomers:
                made = newcomers[each.name]
                await open_account(
                    each.name, facility, made.password_hash,
                    id_=self._ids.fresh(), now_ms=self._now_ms,
                )  # fmt: skip
                told[each.name] = made.password
            elif there is None or there.operator.facility != facility:
                self._refuse("operator", number, f"{each.name} keeps another facility")
            self._counts["operator", "new" if there is None else "same"] += 1
        return told

    def _refuse(self, kind: str, number: int, what: str) -> None:
        self._complaints.append(self._plan.complain(kind, number, f"{kind}: {what}"))
