"""The meters' side of a plan: its outlets behind their meters, in one transaction."""

from collections import Counter

from konsento.assembly.enrolment.plan import Complaint, Plan, PlanRefused
from konsento.assembly.street import STREET
from konsento.foundation.databases import GRID
from konsento.mdms.fleet.street import Street
from konsento.mdms.put_up import AnotherMeter, Described, MeterTaken, put_up


async def enrol_meters(plan: Plan, now_ms: int) -> Counter[tuple[str, str]]:
    """How many became what. All of the plan or nothing; twice is once. Raises PlanRefused."""
    counts: Counter[tuple[str, str]] = Counter()
    complaints: list[Complaint] = []
    async with GRID.writing("enrolment"):
        for number, each in enumerate(plan.outlets):
            described = Described(
                outlet=each.outlet, smid=each.smid, place=plan.facility.id,
                voltage_v=each.voltage_v, power_w_max=each.power_w_max,
                register_wh=each.register_wh,
            )  # fmt: skip
            try:
                counts["outlet", await put_up(described, now_ms)] += 1
            except AnotherMeter as other:
                what = f"outlet: {each.outlet} stands behind meter {other}; see `konsento exchange`"
                complaints.append(plan.complain("outlet", number, what))
            except MeterTaken as other:
                what = f"outlet: meter {each.smid} stands before {other}"
                complaints.append(plan.complain("outlet", number, what))
        if complaints:
            raise PlanRefused(complaints)
    return counts


async def put_up_on_the_street(plan: Plan, now_ms: int) -> int:
    """A simulated meter for each outlet; how many are new. Twice is once."""
    street = Street(STREET)
    await street.wake_up()
    before = len(street.faces(now_ms))
    for each in plan.outlets:
        await street.add(
            each.smid, power_w_max=each.power_w_max, register_wh=each.register_wh, now_ms=now_ms
        )
    return len(street.faces(now_ms)) - before
