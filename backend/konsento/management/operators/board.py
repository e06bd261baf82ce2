"""The board of a facility: each outlet, what its meter says, and what runs on it.

Nothing here names a driver: neither a visitor, nor a card, nor an address.
"""

import asyncio
from collections.abc import Sequence

import msgspec

from konsento.management.charging.availability import HEARD, Availability
from konsento.management.charging.outlet_code import label
from konsento.management.charging.record import Session
from konsento.management.charging.session import State
from konsento.management.charging.store import Outlet
from konsento.management.operators.limits import METERS_AT_ONCE, METERS_WITHIN_S
from konsento.management.payments.view import Text
from konsento.mdms.contract import MdmsClient, MdmsRefused, MdmsUnreachable, OutletView


class MeterFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The meter as the control system last heard it; the words are those of its contract."""

    state: str
    switch: str
    link: str
    power: str
    register_wh: int | None
    heard_at_ms: int | None


class SessionFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A session without its driver; Wh, W, epoch ms."""

    session_id: str
    state: State
    used_wh: int
    energy_wh_max: int
    duration_s_max: int | None
    power_w: int | None
    created_at_ms: int
    switched_on_at_ms: int | None
    measured_at_ms: int | None
    deadline_ms: int | None
    end_reason: str | None


class OutletLine(msgspec.Struct, frozen=True, kw_only=True):
    """`state` is what a driver is told; `meter` is null when the control system did not say."""

    code: str
    label: str
    place: Text
    hint: Text
    voltage_v: int
    power_w_max: int
    locked: bool
    state: Availability
    meter: MeterFacts | None
    session: SessionFacts | None


class Board(msgspec.Struct, frozen=True):
    outlets: list[OutletLine]
    now_ms: int


def session_facts(session: Session) -> SessionFacts:
    return SessionFacts(
        session_id=session.id,
        state=session.state,
        used_wh=session.used_wh,
        energy_wh_max=session.energy_wh_max,
        duration_s_max=session.duration_s_max,
        power_w=session.power_w,
        created_at_ms=session.created_at_ms,
        switched_on_at_ms=session.switched_on_at_ms,
        measured_at_ms=session.measured_at_ms,
        deadline_ms=session.deadline_ms,
        end_reason=session.reason,
    )


def told(outlet: Outlet, session: Session | None, heard: OutletView | None) -> Availability:
    """In the order in which a driver is told it."""
    if outlet.locked:
        return "faulty"
    if session is not None:
        return "busy"
    return HEARD[heard.state] if heard else "unreachable"


def line(outlet: Outlet, session: Session | None, heard: OutletView | None) -> OutletLine:
    """One outlet of the board."""
    meter = None
    if heard is not None:
        meter = MeterFacts(
            state=heard.state, switch=heard.switch, link=heard.link, power=heard.power,
            register_wh=heard.register_wh, heard_at_ms=heard.heard_at_ms,
        )  # fmt: skip
    return OutletLine(
        code=outlet.code,
        label=label(outlet.code),
        place=Text(outlet.title_ja, outlet.title_en),
        hint=Text(outlet.hint_ja, outlet.hint_en),
        voltage_v=outlet.voltage_v,
        power_w_max=outlet.power_w_max,
        locked=outlet.locked,
        state=told(outlet, session, heard),
        meter=meter,
        session=session_facts(session) if session else None,
    )


async def ask_meters(outlets: Sequence[Outlet], mdms: MdmsClient) -> dict[str, OutletView]:
    """What the control system says of each, by its own name for the outlet.

    Asked METERS_AT_ONCE at a time; what has not answered within METERS_WITHIN_S is left out.
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
        async with asyncio.timeout(METERS_WITHIN_S), asyncio.TaskGroup() as group:
            for outlet in outlets:
                group.create_task(ask(outlet.outlet))
    except TimeoutError:
        pass
    return heard
