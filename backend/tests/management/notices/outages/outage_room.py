"""The outage room as a neighbour answers it, with the states and records that a test gives it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import httpx
import msgspec

from konsento.outage.contract import (
    AreaCalled,
    AreasCalled,
    AreaView,
    Cause,
    EntryView,
    Facts,
    Kind,
    MetersAwaited,
    MeterSmids,
    MeterState,
    MeterStates,
    OutageClient,
    OutageDetail,
    OutageEvent,
    OutageEvents,
    OutageList,
    OutageView,
    ResponseStatus,
    Scope,
)

AREA = "33101-001"


def area_view(out: int, area: str = AREA) -> AreaView:
    return AreaView(
        area=area, prefecture_ja="岡山県", municipality_ja="岡山市北区", district_ja="奉還町1丁目",
        prefecture_en="Okayama", municipality_en="Kita-ku, Okayama", district_en="Hokancho 1",
        households=2_000, households_out=out, households_out_max=out,
    )  # fmt: skip


def view(outage: str, started_at_ms: int, *, out: int = 3, **changed: Any) -> OutageView:
    """A fault of the area that stands, but for what is said otherwise."""
    facts: dict[str, Any] = {
        "outage": outage, "version": 1, "kind": Kind.FAULT, "scope": Scope.AREA, "grade": None,
        "opened_at_ms": started_at_ms, "started_at_ms": started_at_ms, "restored_at_ms": None,
        "planned_until_ms": None, "places": ("F0",), "areas": (area_view(out),),
        "households_out": out, "households_out_max": out,
        "response_status": ResponseStatus.INVESTIGATING, "expected": None, "overdue": False,
        "cause": Cause.UNDER_INVESTIGATION, "cause_text": "", "retracted": False,
        "parent": None, "verified": True, "sentence_ja": "", "sentence_en": "",
        "now_ms": started_at_ms,
    }  # fmt: skip
    return OutageView(**(facts | changed))


class OutageRoom:
    """An HTTP client whose other end is this. `fails`: it does not answer."""

    def __init__(self) -> None:
        self.states: dict[str, MeterState] = {}
        self.views: dict[str, OutageView] = {}
        self.merged: dict[str, str] = {}
        self.sources: dict[str, tuple[str, ...]] = {}
        self.told: list[OutageEvent] = []
        self.doubted: list[str] = []
        self.awaited: list[str] = []
        self.fails = False
        self.now_ms = 0

    def client(self) -> OutageClient:
        return OutageClient(self, "key-of-a-reader")

    def meter(self, smid: str, judgement: str, **facts: Any) -> None:
        """What is believed of a meter from now on."""
        state = {
            "smid": smid, "judgement": judgement, "grade": None, "area": AREA, "since_ms": None,
            "heard_until_ms": None, "outage": None, "sentence_ja": "検針", "sentence_en": "read",
            "now_ms": self.now_ms, "planned": None, "restored_at_ms": None,
        }  # fmt: skip
        self.states[smid] = msgspec.convert(state | facts, MeterState)

    def say(self, known: OutageView, *sources: str, fields: tuple[str, ...] = ("areas",)) -> None:
        """A record is so from now on, and an event says so."""
        self.views[known.outage] = known
        if sources:
            self.sources[known.outage] = sources
        event = OutageEvent(
            cursor=len(self.told) + 1, at_ms=self.now_ms, outage=known.outage, version=1,
            source="engine", fields=fields, absorbed=(),
        )  # fmt: skip
        self.told.append(event)

    async def request(
        self,
        method: str,
        url: str,
        *,
        content: bytes | None = None,
        params: Mapping[str, int] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = 15,  # noqa: ASYNC109 -- the name is httpx's
    ) -> httpx.Response:
        if self.fails:
            raise httpx.ConnectError("nobody is there")
        answer = self._answer(unquote(url), content or b"", params or {})
        if answer is None:
            return httpx.Response(404, json={"type": "/problems/unknown"})
        return httpx.Response(200, content=msgspec.json.encode(answer))

    async def aclose(self) -> None:
        """Nothing was opened."""

    def _answer(self, url: str, body: bytes, params: Mapping[str, int]) -> msgspec.Struct | None:
        *_, last = url.split("/")
        if url.endswith("/meters/states"):
            asked = msgspec.json.decode(body, type=MeterSmids).smids
            known = tuple(self.states[each] for each in asked if each in self.states)
            unknown = tuple(each for each in asked if each not in self.states)
            return MeterStates(states=known, unknown=unknown, now_ms=self.now_ms)
        if url.endswith("/meters/awaited"):
            wanted = msgspec.json.decode(body, type=MeterSmids).smids
            self.awaited += wanted
            return MetersAwaited(new=len(wanted))
        if last == "doubt":
            smid = url.split("/")[-2]
            self.doubted.append(smid)
            return self.states.get(smid)
        if last == "events":
            after = params["after"]
            return OutageEvents(events=tuple(self.told[after:]), cursor=len(self.told))
        if last == "areas":
            view = area_view(0)
            names = {name: getattr(view, name) for name in AreaCalled.__struct_fields__}
            return AreasCalled(areas=(AreaCalled(**names),))
        if last == "outages":
            standing = [
                each
                for each in self.views.values()
                if each.restored_at_ms is None and not each.retracted
            ]
            return OutageList(outages=tuple(standing), now_ms=self.now_ms)
        return self._detail(self.merged.get(last, last))

    def _detail(self, outage: str) -> OutageDetail | None:
        if outage not in self.views:
            return None
        entries = tuple(
            EntryView(
                entry=f"{outage}-{source}", source=source, author=source, said_at_ms=self.now_ms,
                received_at_ms=self.now_ms, facts=Facts(places=("F0",)),
            )
            for source in self.sources.get(outage, ("engine",))
        )  # fmt: skip
        return OutageDetail(outage=self.views[outage], entries=entries, changes=())
