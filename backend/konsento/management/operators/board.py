"""The board of a facility: each outlet, what its meter says, and what runs on it.

Nothing here names a driver: neither a visitor, nor a card, nor an address.
"""

import asyncio
from collections.abc import Sequence

import msgspec

from konsento.management.charging.availability import HEARD, Availability
from konsento.management.charging.outlet_code import label
from konsento.management.charging.record import FLOWS_FROM_W, DarkBecause, Session
from konsento.management.charging.session import Reason, RestBecause, State
from konsento.management.charging.store import Outlet
from konsento.management.operators.limits import METERS_AT_ONCE, METERS_WITHIN_S
from konsento.management.operators.link_tests import UNTESTED, LinkTests
from konsento.management.operators.number import number_of
from konsento.management.operators.report import ReportFacts
from konsento.management.payments.interruption import (
    Interruption,
    interruption_of,
    rest_of,
    resume_by_ms,
)
from konsento.management.payments.view import Text
from konsento.management.retail.power_type import PowerType
from konsento.mdms.contract import (
    Link,
    MdmsClient,
    MdmsRefused,
    MdmsUnreachable,
    OutletView,
    Power,
    Switch,
)
from konsento.mdms.contract import OutletState as MeterState


class MeterFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The meter as the control system last heard it; the words are those of its contract."""

    state: MeterState
    switch: Switch
    link: Link
    power: Power
    register_wh: int | None
    heard_at_ms: int | None


class SessionFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A session without its driver; Wh, W, epoch ms.

    `number` is how people call it on the telephone. `ends_about_ms`: when its limit will be
    reached if the power stays as it was last measured.
    """

    session_id: str
    number: str
    state: State
    used_wh: int
    energy_wh_max: int
    duration_s_max: int | None
    power_w: int | None
    created_at_ms: int
    switched_on_at_ms: int | None
    measured_at_ms: int | None
    deadline_ms: int | None
    ends_about_ms: int | None
    power_type: PowerType
    end_reason: Reason | None
    interrupted: Interruption | None = None
    rest_because: RestBecause | None = None
    resume_by_ms: int | None = None


class OutletLine(msgspec.Struct, frozen=True, kw_only=True):
    """`state` is what a driver is told; `meter` is null when the control system did not say.

    `retailer` is whose power flows in the session. `plan_x` and `plan_y` are where it stands on
    the picture of the place, in bays from 1 on. `reports` are the open ones, the newest first.
    `dark_because`: of an outlet without power, the area's outage or the outlet alone; null while
    that cannot be told.
    """

    code: str
    label: str
    place: Text
    hint: Text
    voltage_v: int
    power_w_max: int
    locked: bool
    plan_x: int | None
    plan_y: int | None
    state: Availability
    meter: MeterFacts | None
    session: SessionFacts | None
    retailer: Text | None
    tests: LinkTests
    reports: list[ReportFacts]
    dark_because: DarkBecause | None = None


class Board(msgspec.Struct, frozen=True):
    outlets: list[OutletLine]
    now_ms: int


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of one outlet's moment, from wherever it came."""

    session: Session | None = None
    heard: OutletView | None = None
    retailer: Text | None = None
    tests: LinkTests = UNTESTED
    reports: list[ReportFacts] = []
    dark_because: DarkBecause | None = None


def ends_about_ms(session: Session) -> int | None:
    """From the last measurement on; None while nothing flows that could reach a limit."""
    if session.state is not State.CHARGING:
        return None
    ends = []
    counted = session.first_use_at_ms if session.counted_from == "first_use" else None
    from_ms = counted or session.switched_on_at_ms
    if session.duration_s_max is not None and from_ms is not None:
        ends.append(from_ms + session.duration_s_max * 1_000)
    measured_ms, power_w = session.measured_at_ms, session.power_w
    if measured_ms is not None and power_w is not None and power_w >= FLOWS_FROM_W:
        left_wh = max(0, session.energy_wh_max - session.used_wh)
        ends.append(measured_ms + left_wh * 3_600_000 // power_w)
    return min(ends, default=None)


def session_facts(session: Session) -> SessionFacts:
    return SessionFacts(
        session_id=session.id,
        number=number_of(session.id),
        state=session.state,
        used_wh=session.used_wh,
        energy_wh_max=session.energy_wh_max,
        duration_s_max=session.duration_s_max,
        power_w=session.power_w,
        created_at_ms=session.created_at_ms,
        switched_on_at_ms=session.switched_on_at_ms,
        measured_at_ms=session.measured_at_ms,
        deadline_ms=session.deadline_ms,
        ends_about_ms=ends_about_ms(session),
        power_type=PowerType(session.power_type),
        end_reason=session.reason,
        interrupted=interruption_of(session),
        rest_because=rest_of(session),
        resume_by_ms=resume_by_ms(session),
    )


def told_state(outlet: Outlet, session: Session | None, heard: OutletView | None) -> Availability:
    """In the order in which a driver is told it."""
    if outlet.locked:
        return "faulty"
    if session is not None:
        return "busy"
    return HEARD[heard.state] if heard else "unreachable"


def meter_facts(heard: OutletView) -> MeterFacts:
    return MeterFacts(
        state=heard.state, switch=heard.switch, link=heard.link, power=heard.power,
        register_wh=heard.register_wh, heard_at_ms=heard.heard_at_ms,
    )  # fmt: skip


def line(outlet: Outlet, told: Told) -> OutletLine:
    """One outlet of the board."""
    return OutletLine(
        code=outlet.code,
        label=label(outlet.code),
        place=Text(outlet.title_ja, outlet.title_en),
        hint=Text(outlet.hint_ja, outlet.hint_en),
        voltage_v=outlet.voltage_v,
        power_w_max=outlet.power_w_max,
        locked=outlet.locked,
        plan_x=outlet.plan_x,
        plan_y=outlet.plan_y,
        state=told_state(outlet, told.session, told.heard),
        meter=meter_facts(told.heard) if told.heard else None,
        session=session_facts(told.session) if told.session else None,
        retailer=told.retailer,
        tests=told.tests,
        reports=told.reports,
        dark_because=told.dark_because,
    )


async def ask_meters(
    outlets: Sequence[Outlet], mdms: MdmsClient, *, within_s: float = METERS_WITHIN_S
) -> dict[str, OutletView]:
    """What the control system says of each, by its own name for the outlet.

    Asked METERS_AT_ONCE at a time; what has not answered within `within_s` is left out.
    """
    heard: dict[str, OutletView] = {}
    turns = asyncio.Semaphore(METERS_AT_ONCE)

    async def ask(outlet: str) -> None:
        async with turns:
            try:
                heard[outlet] = await mdms.outlet(outlet)
            except (MdmsUnreachable, MdmsRefused):
                return

    try:
        async with asyncio.timeout(within_s), asyncio.TaskGroup() as group:
            for outlet in outlets:
                group.create_task(ask(outlet.outlet))
    except TimeoutError:
        pass
    return heard
