"""An outage room that has judged: all meters of one area are without power, and it says so.

It stands for the outage engine, which is another process and is measured by itself; it answers
what those who tell customers ask of it, and nothing else.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
from aiohttp import web

from konsento.outage.contract import (
    EVENTS_PATH,
    METER_STATES_PATH,
    OUTAGE_PATH,
    OUTAGES_PATH,
    AreaView,
    Cause,
    EntryView,
    ExpectedAt,
    Facts,
    Kind,
    MeterSmids,
    MeterState,
    MeterStates,
    OutageDetail,
    OutageEvent,
    OutageEvents,
    OutageList,
    OutageView,
    ResponseStatus,
    Scope,
)

AREA = "33101-001"
OUTAGE = "o" * 26
HALF_HOUR_MS = 1_800_000


class JudgedRoom:
    """Says nothing until `judge`. `followed` is set once somebody waits for its events."""

    def __init__(self, households: int) -> None:
        self.followed = asyncio.Event()
        self.url = ""
        self._judged = asyncio.Event()
        self._households = households
        self._at_ms = 0

    def judge(self, now_ms: int) -> None:
        """The outage is there from now on."""
        self._at_ms = now_ms
        self._judged.set()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        doors = web.Application(client_max_size=1 << 20)
        doors.router.add_get(EVENTS_PATH, self._events)
        doors.router.add_get(OUTAGES_PATH, self._outages)
        doors.router.add_get(OUTAGE_PATH, self._outage)
        doors.router.add_post(METER_STATES_PATH, self._states)
        runner = web.AppRunner(doors, access_log=None, shutdown_timeout=1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield
        finally:
            await runner.cleanup()

    async def _events(self, asked: web.Request) -> web.Response:
        self.followed.set()
        if int(asked.query["after"]):
            await asyncio.sleep(int(asked.query["wait_s"]))
            return _said(OutageEvents(events=(), cursor=1))
        await self._judged.wait()
        event = OutageEvent(
            cursor=1, at_ms=self._at_ms, outage=OUTAGE, version=1, source="engine",
            fields=("areas",), absorbed=(),
        )  # fmt: skip
        return _said(OutageEvents(events=(event,), cursor=1))

    async def _outages(self, _: web.Request) -> web.Response:
        return _said(OutageList(outages=(self._view(),), now_ms=self._at_ms))

    async def _outage(self, _: web.Request) -> web.Response:
        # Two kinds of evidence: the brake is for those of one kind.
        entries = tuple(
            EntryView(
                entry=source, source=source, author=source, said_at_ms=self._at_ms,
                received_at_ms=self._at_ms, facts=Facts(places=("F1",)),
            )
            for source in ("engine", "distribution_automation")
        )  # fmt: skip
        return _said(OutageDetail(outage=self._view(), entries=entries, changes=()))

    async def _states(self, asked: web.Request) -> web.Response:
        smids = msgspec.json.decode(await asked.read(), type=MeterSmids).smids
        began_ms = self._at_ms - HALF_HOUR_MS
        states = tuple(
            MeterState(
                smid=smid, judgement="area", grade=None, area=AREA, since_ms=began_ms,
                heard_until_ms=began_ms, outage=OUTAGE, sentence_ja="検針", sentence_en="read",
                now_ms=self._at_ms, planned=None, restored_at_ms=None,
            )
            for smid in smids
        )  # fmt: skip
        return _said(MeterStates(states=states, unknown=(), now_ms=self._at_ms))

    def _view(self) -> OutageView:
        out = self._households
        area = AreaView(
            area=AREA, prefecture_ja="岡山県", municipality_ja="岡山市北区",
            district_ja="奉還町1丁目", prefecture_en="Okayama",
            municipality_en="Kita-ku, Okayama", district_en="Hokancho 1",
            households=out, households_out=out, households_out_max=out,
        )  # fmt: skip
        return OutageView(
            outage=OUTAGE, version=1, kind=Kind.FAULT, scope=Scope.AREA, grade=None,
            opened_at_ms=self._at_ms, started_at_ms=self._at_ms - HALF_HOUR_MS,
            restored_at_ms=None, planned_until_ms=None, places=("F1",), areas=(area,),
            households_out=out, households_out_max=out,
            response_status=ResponseStatus.INVESTIGATING,
            expected=ExpectedAt(at_ms=self._at_ms + 4 * HALF_HOUR_MS), overdue=False,
            cause=Cause.UNDER_INVESTIGATION, cause_text="", retracted=False, parent=None,
            verified=True, sentence_ja="", sentence_en="", now_ms=self._at_ms,
        )  # fmt: skip


def _said(answer: msgspec.Struct) -> web.Response:
    return web.Response(body=msgspec.json.encode(answer), content_type="application/json")
