"""An outage room that says what it is told to say, for the stories of outlets in the dark."""

from typing import Any

import httpx
import msgspec

from konsento.outage.contract import (
    METER_STATES_PATH,
    Expected,
    Grade,
    MeterJudgement,
    MeterSmids,
    MeterState,
    MeterStates,
    OutageClient,
    OutageList,
    OutageView,
)

OUTAGE = "outage-of-the-street"


def an_outage(**facts: Any) -> OutageView:
    known: dict[str, Any] = {
        "outage": OUTAGE, "version": 1, "kind": "fault", "scope": "area", "grade": None,
        "opened_at_ms": 0, "started_at_ms": 0, "restored_at_ms": None, "planned_until_ms": None,
        "places": (), "areas": (), "households_out": 12, "households_out_max": 12,
        "response_status": "investigating", "expected": None, "overdue": False,
        "cause": "under_investigation",
        "cause_text": "", "retracted": False, "verified": True, "parent": None,
        "sentence_ja": "", "sentence_en": "", "now_ms": 0,
    }  # fmt: skip
    return msgspec.convert(known | facts, OutageView)


def a_state(
    smid: str,
    judgement: MeterJudgement,
    outage: str | None = None,
    *,
    grade: Grade | None = Grade.LIKELY,
) -> MeterState:
    return MeterState(
        smid=smid, judgement=judgement, grade=grade, area="33101-001", since_ms=None,
        heard_until_ms=None, outage=outage, sentence_ja="", sentence_en="", now_ms=0,
    )  # fmt: skip


class OutageRoom:
    """Judges every meter alike; `away` answers nothing, `asked` counts the questions."""

    def __init__(self) -> None:
        self.judgement: MeterJudgement = "unknown"
        self.outage: OutageView | None = None
        self.away = False
        self.asked = 0

    def says(self, judgement: MeterJudgement, expected: Expected | None = None) -> None:
        self.judgement = judgement
        self.outage = an_outage(expected=expected) if judgement == "area" else None

    def client(self) -> OutageClient:
        transport = httpx.MockTransport(self._answer)
        return OutageClient(httpx.AsyncClient(transport=transport, base_url="http://o"), "key")

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.away:
            raise httpx.ConnectError("away")
        said: MeterStates | OutageList
        if request.url.path == METER_STATES_PATH:
            smids = msgspec.json.decode(request.content, type=MeterSmids).smids
            name = self.outage.outage if self.outage else None
            states = tuple(a_state(smid, self.judgement, name) for smid in smids)
            said = MeterStates(states=states, unknown=(), now_ms=0)
        else:
            said = OutageList(outages=(self.outage,) if self.outage else (), now_ms=0)
        return httpx.Response(200, content=msgspec.json.encode(said))
