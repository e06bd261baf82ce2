"""What the outage room promises to its neighbours: every path, every field, one client.

No field here can name a person: meters are named by their smid, places by the network's own
names. Instants are epoch milliseconds. Whatever is told carries the sender's own id, so saying
it twice is saying it once; when an answer is lost, say the same again.
"""

from collections.abc import Sequence
from typing import Annotated, TypeVar
from urllib.parse import quote

import httpx
import msgspec
from msgspec import Meta, Struct

from konsento.foundation.asking import Http
from konsento.outage.outage_views import AreaCalled as AreaCalled
from konsento.outage.outage_views import AreaRegistered as AreaRegistered
from konsento.outage.outage_views import AreasCalled as AreasCalled
from konsento.outage.outage_views import AreaView as AreaView
from konsento.outage.outage_views import Aside as Aside
from konsento.outage.outage_views import ChangeView as ChangeView
from konsento.outage.outage_views import EntryView as EntryView
from konsento.outage.outage_views import MeterJudgement as MeterJudgement
from konsento.outage.outage_views import MetersAwaited as MetersAwaited
from konsento.outage.outage_views import MeterState as MeterState
from konsento.outage.outage_views import MeterStates as MeterStates
from konsento.outage.outage_views import OutageDetail as OutageDetail
from konsento.outage.outage_views import OutageEvent as OutageEvent
from konsento.outage.outage_views import OutageEvents as OutageEvents
from konsento.outage.outage_views import OutageList as OutageList
from konsento.outage.outage_views import OutageView as OutageView
from konsento.outage.outage_views import Quarantine as Quarantine
from konsento.outage.outage_views import Registrations as Registrations
from konsento.outage.outage_views import RegistrationsTaken as RegistrationsTaken
from konsento.outage.outage_views import RegistrationsView as RegistrationsView
from konsento.outage.record.said import NAME_PATTERN as NAME_PATTERN
from konsento.outage.record.said import AreaOut as AreaOut
from konsento.outage.record.said import Cause as Cause
from konsento.outage.record.said import Expected as Expected
from konsento.outage.record.said import ExpectedAt as ExpectedAt
from konsento.outage.record.said import ExpectedUnknown as ExpectedUnknown
from konsento.outage.record.said import Facts as Facts
from konsento.outage.record.said import Grade as Grade
from konsento.outage.record.said import Instant, Name, Text
from konsento.outage.record.said import Kind as Kind
from konsento.outage.record.said import ResponseStatus as ResponseStatus
from konsento.outage.record.said import Scope as Scope
from konsento.outage.record.said import SwitchOut as SwitchOut

READINGS_PATH = "/outage/v1/readings"
METER_EVENTS_PATH = "/outage/v1/meter-events"
TABLES_PATH = "/outage/v1/tables"
ENTRY_PATH = "/outage/v1/entries/{entry}"
OUTAGES_PATH = "/outage/v1/outages"
OUTAGE_PATH = "/outage/v1/outages/{outage}"
METER_PATH = "/outage/v1/meters/{smid}/state"
METER_STATES_PATH = "/outage/v1/meters/states"
AWAITED_PATH = "/outage/v1/meters/awaited"
DOUBT_PATH = "/outage/v1/meters/{smid}/doubt"
REGISTRATIONS_PATH = "/outage/v1/registrations"
AREAS_PATH = "/outage/v1/areas"
EVENTS_PATH = "/outage/v1/events"
QUARANTINE_PATH = "/outage/v1/quarantine"

SMID_PATTERN = r"^[A-Z0-9-]{1,16}$(?!\n)"
PAGE_MAX = 500
WAIT_S_MAX = 25
METER_EVENTS_MAX = 10_000
METER_STATES_MAX = 5_000
Shape = TypeVar("Shape", bound=Struct)

Smid = Annotated[str, Meta(pattern=SMID_PATTERN, max_length=16)]


class BatchTaken(Struct, frozen=True, kw_only=True):
    """What became of a batch: rows believed, and rows set aside (see the quarantine)."""

    batch: str
    applied: int
    aside: int
    new: bool


class MeterEvent(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a meter reported by itself; `code` as its head-end writes it (IEC 61968-9 or others).

    Which codes mean that power went or came is a setting: makers differ.
    """

    smid: Smid
    code: Text
    at_ms: Instant


class MeterEvents(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A head-end's batch of them under its own id."""

    batch: Name
    events: Annotated[tuple[MeterEvent, ...], Meta(max_length=METER_EVENTS_MAX)]


class MeterSmids(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The meters that are asked after; one named twice is answered twice."""

    smids: Annotated[tuple[Smid, ...], Meta(max_length=METER_STATES_MAX)]


class TablesTaken(Struct, frozen=True, kw_only=True):
    """What a load brought: how many of each."""

    load: str
    areas: int
    feeders: int
    sections: int
    transformers: int
    concentrators: int
    relays: int
    meters: int
    new: bool


class Said(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a sales office or distribution automation says of an outage, or of planned works.

    `outage`: the record it speaks of, when known; else it is found by place and time.
    """

    said_at_ms: Instant
    facts: Facts
    outage: Name | None = None


class Heard(Struct, frozen=True, kw_only=True):
    """The outage that the entry was of, at the version after it; `new` unless said before."""

    outage: str
    version: int
    new: bool


class OutageRefused(Exception):
    """Answered with a problem (RFC 9457); `slug` names it."""

    def __init__(self, status: int, slug: str, detail: str) -> None:
        super().__init__(f"{status} {slug}: {detail}")
        self.status = status
        self.slug = slug
        self.detail = detail


class OutageUnreachable(Exception):
    """No answer, or none that can be understood: the result is unknown; ask the same again."""


class _Problem(Struct):
    type: str = ""
    title: str = ""
    detail: str = ""


class OutageClient:
    """The outage room as a management server sees it; `http` is owned by the caller.

    Every call raises OutageRefused for a named refusal, OutageUnreachable when there was no answer.
    """

    def __init__(self, http: Http, api_key: str) -> None:
        self._http = http
        self._headers = {"Authorization": f"Bearer {api_key}"}

    async def outage(self, outage: str) -> OutageDetail:
        return await self._get(OUTAGE_PATH.format(outage=quote(outage, safe="")), OutageDetail)

    async def outages(self) -> OutageList:
        """Those that are not over."""
        return await self._get(OUTAGES_PATH, OutageList)

    async def meter(self, smid: str) -> MeterState:
        return await self._get(METER_PATH.format(smid=quote(smid, safe="")), MeterState)

    async def meter_states(self, smids: Sequence[str]) -> MeterStates:
        """Of up to METER_STATES_MAX meters at once; strangers are in `unknown`."""
        body = msgspec.json.encode(MeterSmids(smids=tuple(smids)))
        return await self._ask("POST", METER_STATES_PATH, MeterStates, body=body)

    async def doubt(self, smid: str) -> MeterState:
        """Somebody says that there is still no power: the meter is asked in the next pass."""
        path = DOUBT_PATH.format(smid=quote(smid, safe=""))
        return await self._ask("POST", path, MeterState)

    async def await_meters(self, smids: Sequence[str]) -> MetersAwaited:
        """The area of these (up to METER_STATES_MAX) is back, and somebody waits for their own
        word: they are asked in the next minutes, as many as their head-end bears.
        """
        body = msgspec.json.encode(MeterSmids(smids=tuple(smids)))
        return await self._ask("POST", AWAITED_PATH, MetersAwaited, body=body)

    async def put_registrations(self, counts: Registrations) -> RegistrationsTaken:
        """How many meters of each area somebody is registered for, in the place of the last."""
        body = msgspec.json.encode(counts)
        return await self._ask("PUT", REGISTRATIONS_PATH, RegistrationsTaken, body=body)

    async def areas(self) -> AreasCalled:
        """What each area is called."""
        return await self._get(AREAS_PATH, AreasCalled)

    async def registrations(self) -> RegistrationsView:
        """The counts that stand."""
        return await self._get(REGISTRATIONS_PATH, RegistrationsView)

    async def events(self, after: int, *, wait_s: int = 0) -> OutageEvents:
        """Events after a cursor (0: from the first); waits up to wait_s if there are none yet."""
        query = {"after": after, "wait_s": wait_s}
        return await self._get(EVENTS_PATH, OutageEvents, query, patience_s=wait_s + 10)

    async def _get(
        self,
        path: str,
        shape: type[Shape],
        query: dict[str, int] | None = None,
        *,
        patience_s: int = 10,
    ) -> Shape:
        return await self._ask("GET", path, shape, query=query, patience_s=patience_s)

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
            raise OutageUnreachable(f"{method} {path}: {error!r}") from error
        if answer.status_code >= 500 or answer.status_code == 429:
            raise OutageUnreachable(f"{method} {path}: {answer.status_code}")
        try:
            if answer.is_success:
                return msgspec.json.decode(answer.content, type=shape)
            problem = msgspec.json.decode(answer.content, type=_Problem)
        except msgspec.DecodeError as error:
            raise OutageUnreachable(f"{method} {path}: not understood ({error})") from error
        slug = problem.type.rpartition("/")[2]
        raise OutageRefused(answer.status_code, slug, problem.detail or problem.title)
