"""What the control system promises to management servers: every path, every field, one client.

No field here can name a person: the request number is the only thing that ties a request to
whoever pays for it, and it is drawn afresh for each (C8). Instants are epoch milliseconds,
energy whole watt-hours, power whole watts. Whatever is asked names a target state, so asking
twice is the same as asking once; when an answer is lost, ask the same again.
"""

from collections.abc import Sequence
from typing import Annotated, Literal, TypeVar
from urllib.parse import quote

import httpx
import msgspec
from msgspec import Meta, Struct

from konsento.foundation.asking import Http
from konsento.mdms.event_views import EndReason as EndReason
from konsento.mdms.event_views import Event as Event
from konsento.mdms.event_views import EventKind as EventKind
from konsento.mdms.event_views import EventPage as EventPage
from konsento.mdms.event_views import Reason as Reason
from konsento.mdms.event_views import RejectedReason as RejectedReason
from konsento.mdms.limit_order import DURATION_S_MAX, ENERGY_WH_MAX
from konsento.mdms.limit_order import LimitState as LimitState
from konsento.mdms.limit_order import LimitView as LimitView
from konsento.mdms.limit_order import RaiseLimit as RaiseLimit
from konsento.mdms.link_views import Hop as Hop
from konsento.mdms.link_views import LinkTraceView as LinkTraceView
from konsento.mdms.link_views import LoopbackView as LoopbackView
from konsento.mdms.outlet_view import Link as Link
from konsento.mdms.outlet_view import MeterFace as MeterFace
from konsento.mdms.outlet_view import OutletState as OutletState
from konsento.mdms.outlet_view import OutletView as OutletView
from konsento.mdms.outlet_view import Power as Power
from konsento.mdms.outlet_view import Switch as Switch
from konsento.mdms.ping_views import PINGS_MAX as PINGS_MAX
from konsento.mdms.ping_views import PINGS_PATH as PINGS_PATH
from konsento.mdms.ping_views import PingAnswer as PingAnswer
from konsento.mdms.ping_views import PingLoad as PingLoad
from konsento.mdms.ping_views import PingOrder as PingOrder
from konsento.mdms.ping_views import PingView as PingView
from konsento.mdms.resume_order import PAUSES_MAX as PAUSES_MAX
from konsento.mdms.resume_order import Resume as Resume
from konsento.mdms.switch_views import OPEN_SWITCHES_PATH as OPEN_SWITCHES_PATH
from konsento.mdms.switch_views import SWITCHES_MAX as SWITCHES_MAX
from konsento.mdms.switch_views import OpenSwitches as OpenSwitches
from konsento.mdms.switch_views import SwitchQuestion as SwitchQuestion

REQUEST_PATH = "/mdms/v1/requests/{request_number}"
STOP_PATH = "/mdms/v1/requests/{request_number}/stop"
RESUME_PATH = "/mdms/v1/requests/{request_number}/resume"
LIMIT_PATH = "/mdms/v1/requests/{request_number}/limit"
EVENTS_PATH = "/mdms/v1/events"
OUTLET_PATH = "/mdms/v1/outlets/{outlet}"
LOOPBACK_PATH = "/mdms/v1/outlets/{outlet}/loopback"
LINK_TRACE_PATH = "/mdms/v1/outlets/{outlet}/link-trace"

EVENTS_PER_PAGE_MAX = 500
WAIT_S_MAX = 25
OUTLET_PATTERN = r"^[A-Z0-9][A-Z0-9-]{0,31}$(?!\n)"  # `$` alone lets a last newline pass
REQUEST_NUMBER_PATTERN = r"^[A-Za-z0-9_-]{8,64}$(?!\n)"
Outlet = Annotated[str, Meta(pattern=OUTLET_PATTERN, max_length=32)]
PowerType = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,31}$(?!\n)", max_length=32)]
Retailer = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$(?!\n)", max_length=64)]
CountedFrom = Literal["switch_on", "first_use"]

RequestState = Literal[
    "rejected",  # never held the outlet
    "held",  # the opening register is being read
    "switching_on",  # told to close, not yet read closed
    "on",
    "link_lost",  # was on; its fail-safe has not run out
    "pausing",  # nothing draws: told to open for now, not yet read open
    "paused",  # read open; closes again only when asked to
    "resuming",  # asked to: told to close again, not yet read closed
    "dark",  # no power at the meter, which opened by itself; paused once the meter speaks again
    "switching_off",  # told to open until it is read open
    "off_unread",  # open by now, not yet read open; still held
    "closed",  # read open, closing register final
    "failed",  # never told to close
]
Shape = TypeVar("Shape", bound=Struct)


class ChargeOrder(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a management server asks an outlet to deliver: at least one limit is given.

    `energy_wh_max` is measured by the meter, in its register's steps (10 Wh);
    `duration_s_max` runs from switch-on or from the first use of power, as `counted_from` says.
    A request also ends by itself after 24 hours (`time_limit`).
    """

    outlet: Outlet
    power_type: PowerType
    retailer: Retailer
    energy_wh_max: Annotated[int, Meta(ge=10, le=ENERGY_WH_MAX)] | None = None
    duration_s_max: Annotated[int, Meta(ge=1, le=DURATION_S_MAX)] | None = None
    counted_from: CountedFrom = "switch_on"

    def __post_init__(self) -> None:
        if self.energy_wh_max is None and self.duration_s_max is None:
            raise ValueError("an order needs energy_wh_max or duration_s_max")


class RequestView(Struct, frozen=True, kw_only=True):
    """A request as the control system knows it.

    `result` is the first answer (accepted or rejected, with its `reason`); `state` and the
    registers are the second. A rejected number stays rejected: try again under a fresh one.
    `used_wh` is (latest register - opening register) modulo the register's width; it is what
    to bill once `final` is true. `reason` is why it was rejected, failed or switched off.
    `pauses` counts how often it was paused: power that ceased flows again only when asked to.
    `closes_from_ms`: where the power came back lately, its turn to be switched on.
    """

    request_number: str
    outlet: str
    result: Literal["accepted", "rejected"]
    state: RequestState
    reason: Reason | None
    energy_wh_max: int | None
    duration_s_max: int | None
    counted_from: CountedFrom
    power_type: str
    retailer: str
    asked_at_ms: int
    switched_on_at_ms: int | None
    first_use_at_ms: int | None
    ended_at_ms: int | None
    measured_at_ms: int | None
    opening_register_wh: int | None
    register_wh: int | None
    closing_register_wh: int | None
    used_wh: int
    power_w: int | None
    limit: LimitView | None = None
    pauses: int = 0
    closes_from_ms: int | None = None
    final: bool
    now_ms: int


class MdmsRefused(Exception):
    """The control system answered with a problem (RFC 9457): it will not do what was asked.

    `slug` names it: wrong-api-key (401), unknown-request, unknown-outlet (404), number-taken
    (409: the number stands for another order or another server), limit-not-raised (409: over, not
    on yet, not larger, or an old generation), not-paused (409: no such pause has been), and 400
    for a malformed order.
    """

    def __init__(self, status: int, slug: str, detail: str) -> None:
        super().__init__(f"{status} {slug}: {detail}")
        self.status = status
        self.slug = slug
        self.detail = detail


class MdmsUnreachable(Exception):
    """No answer, or none that can be understood: the result is unknown; ask the same again."""


class _Problem(Struct):
    type: str = ""
    title: str = ""
    detail: str = ""


def _at(path: str, name: str) -> str:
    return path.format(request_number=quote(name, safe=""), outlet=quote(name, safe=""))


class MdmsClient:
    """The control system as a management server sees it.

    `http` carries the base URL (or an in-memory ASGI transport) and is owned by the caller.
    Every call raises MdmsRefused for a named refusal, MdmsUnreachable when the result is unknown.
    """

    def __init__(self, http: Http, api_key: str) -> None:
        self._http = http
        self._headers = {"Authorization": f"Bearer {api_key}"}

    async def order(self, request_number: str, order: ChargeOrder) -> RequestView:
        """Hold the outlet and have it switched on; the view says accepted or rejected."""
        path = _at(REQUEST_PATH, request_number)
        return await self._ask("PUT", path, RequestView, body=msgspec.json.encode(order))

    async def request(self, request_number: str) -> RequestView:
        """The request as it stands; unknown-request if it never arrived."""
        return await self._ask("GET", _at(REQUEST_PATH, request_number), RequestView)

    async def stop(self, request_number: str) -> RequestView:
        """Want the outlet off: kept wanted until the switch is read open."""
        return await self._ask("PUT", _at(STOP_PATH, request_number), RequestView)

    async def resume(self, request_number: str, pause: int) -> RequestView:
        """Want it on again after its pause of this number; any other pause stays as it is."""
        path = _at(RESUME_PATH, request_number)
        return await self._ask("PUT", path, RequestView, body=msgspec.json.encode(Resume(pause)))

    async def raise_limit(self, request_number: str, limit: RaiseLimit) -> RequestView:
        """Want the limits raised; `limit` in the view tells how far that got, an event follows."""
        path = _at(LIMIT_PATH, request_number)
        return await self._ask("PUT", path, RequestView, body=msgspec.json.encode(limit))

    async def events(
        self, after: int, *, wait_s: int = 0, limit: int = EVENTS_PER_PAGE_MAX
    ) -> EventPage:
        """Events after a cursor (0: from the first); waits up to wait_s if there are none yet."""
        query = {"after": after, "wait_s": wait_s, "limit": limit}
        return await self._ask("GET", EVENTS_PATH, EventPage, query=query, patience_s=wait_s + 10)

    async def outlet(self, outlet: str) -> OutletView:
        """An outlet's state now, as last heard."""
        return await self._ask("GET", _at(OUTLET_PATH, outlet), OutletView)

    async def loopback(self, outlet: str) -> LoopbackView:
        """Send a loopback message to the meter now."""
        return await self._ask("POST", _at(LOOPBACK_PATH, outlet), LoopbackView)

    async def ping(self, smids: Sequence[str]) -> PingView:
        """Ask up to PINGS_MAX meters now, whoever stands behind them."""
        body = msgspec.json.encode(PingOrder(tuple(smids)))
        return await self._ask("POST", PINGS_PATH, PingView, body=body, patience_s=60)

    async def open_switches(self, smids: Sequence[str]) -> OpenSwitches:
        """Which of up to SWITCHES_MAX meters have their switch open."""
        body = msgspec.json.encode(SwitchQuestion(tuple(smids)))
        return await self._ask("POST", OPEN_SWITCHES_PATH, OpenSwitches, body=body)

    async def link_trace(self, outlet: str) -> LinkTraceView:
        """Ask every hop on the way to the meter now."""
        return await self._ask("POST", _at(LINK_TRACE_PATH, outlet), LinkTraceView)

    async def _ask(
        self,
        method: str,
        path: str,
        shape: type[Shape],
        *,
        body: bytes | None = None,
        query: dict[str, int] | None = None,
        patience_s: int = 10,
    ) -> Shape:
        try:
            answer = await self._http.request(
                method, path, content=body, params=query, headers=self._headers, timeout=patience_s
            )
        except httpx.HTTPError as error:
            raise MdmsUnreachable(f"{method} {path}: {error!r}") from error
        if answer.status_code >= 500 or answer.status_code == 429:
            raise MdmsUnreachable(f"{method} {path}: {answer.status_code}")
        try:
            if answer.is_success:
                return msgspec.json.decode(answer.content, type=shape)
            problem = msgspec.json.decode(answer.content, type=_Problem)
        except msgspec.DecodeError as error:
            raise MdmsUnreachable(f"{method} {path}: not understood ({error})") from error
        slug = problem.type.rpartition("/")[2]
        raise MdmsRefused(answer.status_code, slug, problem.detail or problem.title)
