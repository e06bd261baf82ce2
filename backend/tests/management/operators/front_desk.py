"""Two facilities and their staff, behind the real doors; the control system is a stand-in.

Hana keeps Midori-cho car park (two outlets), Ken keeps the Aoba shop (one). Taro charges at
Midori's first outlet, Yuki at Aoba's.
"""

from collections.abc import Mapping
from typing import Any, get_args

import httpx
import msgspec
from litestar import Litestar
from litestar.di import Provide

from konsento.assembly.servers import principal
from konsento.foundation.clock import TestClock
from konsento.foundation.databases import PEOPLE
from konsento.foundation.edge.doorway import Doorway
from konsento.foundation.edge.idempotency import Idempotency, KeptAnswers
from konsento.foundation.edge.rates import Rate
from konsento.foundation.edge.streams import Closing
from konsento.foundation.ids import CountingIds
from konsento.foundation.outbox import Outbox
from konsento.foundation.problems import problem_handlers
from konsento.management.accounts.visitor import Visitors, visitor
from konsento.management.charging.hands import Hands
from konsento.management.charging.outlet_code import complete
from konsento.management.charging.record import Session
from konsento.management.charging.session import Patience, State
from konsento.management.charging.store import keep_new
from konsento.management.charging.tables import OutletRow
from konsento.management.operators.account import enrol
from konsento.management.operators.api import HANDLERS
from konsento.management.operators.facility import name_facility
from konsento.management.operators.link_tests import HopName
from konsento.management.operators.password import Cost, Passwords
from konsento.management.operators.report import Told, keep_report
from konsento.management.operators.report_api import HANDLERS as REPORT_HANDLERS
from konsento.management.operators.sign_in import Desk
from konsento.management.payments.hands import Till
from konsento.mdms.contract import Hop, LinkTraceView, LoopbackView, MdmsClient, OutletView

HOME = "https://localhost"
CHEAP = Cost(n=2**4, r=8, p=1)
HANA, KEN = ("hana", "midori no chuushajou"), ("ken", "aoba no mise no mae")
BAY_1, BAY_2, SHOP = (complete(n * 7_919_993 + 12_345_678) for n in range(3))
UNKNOWN = complete(99)
TITLES = {
    BAY_1: ("みどり町駐車場 1番", "Midori-cho car park, bay 1"),
    BAY_2: ("みどり町駐車場 2番", "Midori-cho car park, bay 2"),
    SHOP: ("あおば商店", "Aoba shop"),
}
FACILITY = {BAY_1: "midori", BAY_2: "midori", SHOP: "aoba"}
TAROS_REPORT, YUKIS_REPORT = "taros0report", "yukis0report"
TARO_VISITOR, TARO, YUKI = "visitor-of-taro", "taros0session", "yukis0session"


def given(value: object) -> Provide:
    """The same thing for every request."""
    return Provide(lambda: value, sync_to_thread=False)


class ControlSystem:
    """Answers for each outlet that it knows; `silent` answers nothing, `asked` counts."""

    def __init__(self) -> None:
        self.silent = False
        self.asked: list[str] = []
        self.states: dict[str, str] = {}
        self.cut: set[str] = set()

    def client(self) -> MdmsClient:
        http = httpx.AsyncClient(
            transport=httpx.MockTransport(self._answer), base_url="http://mdms"
        )
        return MdmsClient(http, "key")

    def _answer(self, request: httpx.Request) -> httpx.Response:
        outlet, _, test = request.url.path.partition("/outlets/")[2].partition("/")
        self.asked.append(outlet)
        if self.silent:
            raise httpx.ConnectError("away")
        if test:
            return httpx.Response(200, content=msgspec.json.encode(self._tested(outlet, test)))
        view = OutletView(
            outlet=outlet, state=self.states.get(outlet, "available"),  # type: ignore[arg-type]
            voltage_v=200, power_w_max=3_000, switch="open", link="up", power="on",
            register_wh=12_340, heard_at_ms=5, face=None, now_ms=6,
            smid=f"SM-{outlet.removeprefix('OUT-')}",
        )  # fmt: skip
        return httpx.Response(200, content=msgspec.json.encode(view))

    def _tested(self, outlet: str, test: str) -> LoopbackView | LinkTraceView:
        """The way is cut before the relay where `cut` says so."""
        cut = outlet in self.cut
        if test == "loopback":
            took_ms = None if cut else 80
            return LoopbackView(outlet=outlet, answered=not cut, round_trip_ms=took_ms, now_ms=6)
        hops = tuple(
            Hop(name=name, answered=not cut or far < 2, round_trip_ms=10 * (far + 1))
            for far, name in enumerate(get_args(HopName))
        )  # fmt: skip
        return LinkTraceView(outlet=outlet, hops=hops, now_ms=6)


class FrontDesk:
    """The doors of the operators room and everything behind them."""

    def __init__(self, clock: TestClock, ids: CountingIds) -> None:
        self.clock, self.ids = clock, ids
        self.mdms = ControlSystem()
        self.desk = Desk(Passwords(CHEAP))
        self.closing = Closing(ids)
        self.outbox = Outbox(PEOPLE, ids)
        self._keys = 0
        self.app = self._app()

    def _app(self) -> Doorway:
        mdms = self.mdms.client()
        hands = Hands(self.clock, self.ids, self.outbox, Patience())
        till = Till(hands, None, mdms, HOME)  # type: ignore[arg-type]
        handed: Mapping[str, object] = {
            "asker": "192.0.2.1", "clock": self.clock, "ids": self.ids, "till": till,
            "mdms": mdms, "public_url": HOME, "desk": self.desk, "closing": self.closing,
            "guesses": Rate(10, 600_000), "visitor": Provide(visitor),
        }  # fmt: skip
        app = Litestar(
            [*HANDLERS, *REPORT_HANDLERS],
            middleware=[
                Visitors(self.ids),
                Idempotency(KeptAnswers(PEOPLE, self.clock), whose=principal),
            ],
            dependencies={
                name: value if isinstance(value, Provide) else given(value)
                for name, value in handed.items()
            },
            exception_handlers=problem_handlers(),
            logging_config=None,
        )
        return Doorway(app, self.clock)

    def browser(self) -> httpx.AsyncClient:
        """A browser with its own cookies, on our own page."""
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.app),  # type: ignore[arg-type]
            base_url=HOME,
            headers={"x-requested-by": "konsento"},
        )

    async def ask(
        self, browser: httpx.AsyncClient, method: str, path: str, body: object = None
    ) -> httpx.Response:
        """One request of the desk under an Idempotency-Key of its own."""
        return await self.send(browser, method, f"/api/operators{path}", body)

    async def send(
        self, browser: httpx.AsyncClient, method: str, path: str, body: object = None
    ) -> httpx.Response:
        """The same at any path."""
        self._keys += 1
        headers: dict[str, Any] = {"idempotency-key": f"k{self._keys}"}
        return await browser.request(method, path, json=body, headers=headers)

    async def sit_down(self, who: tuple[str, str]) -> httpx.AsyncClient:
        """A browser signed in as `who`."""
        browser = self.browser()
        answer = await self.sign_in(browser, *who)
        assert answer.status_code == 200, answer.text
        return browser

    async def sign_in(self, browser: httpx.AsyncClient, name: str, password: str) -> httpx.Response:
        return await self.ask(browser, "POST", "/sign-in", {"name": name, "password": password})

    async def open(self) -> None:
        """Outlets, staff and the two charges that run."""
        async with PEOPLE.writing():
            for code, (title_ja, title_en) in TITLES.items():
                await OutletRow.insert(
                    OutletRow(
                        code=code, outlet=f"OUT-{code}", facility=FACILITY[code],
                        title_ja=title_ja, title_en=title_en, hint_ja="", hint_en="",
                        voltage_v=200, power_w_max=3_000, locked=False,
                    )
                )  # fmt: skip
            await keep_new(self.charge(TARO, BAY_1, TARO_VISITOR))
            await keep_new(self.charge(YUKI, SHOP, "visitor-of-yuki"))
        for report_id, code in ((TAROS_REPORT, BAY_1), (YUKIS_REPORT, SHOP)):
            told = Told(
                visitor=f"visitor {code}", code=code, session_id=None, kind="damaged",
                words="ケーブルが切れそう <b>",
            )  # fmt: skip
            await keep_report(told, id_=report_id, now_ms=self.clock.now_ms())
        await name_facility("midori", "みどり町駐車場", "Midori-cho car park")
        for (name, password), facility in ((HANA, "midori"), (KEN, "aoba")):
            await enrol(
                name, password, facility,
                passwords=self.desk.passwords, clock=self.clock, ids=self.ids,
            )  # fmt: skip

    def charge(self, session_id: str, code: str, visitor: str) -> Session:
        now_ms = self.clock.now_ms()
        return Session(
            id=session_id, request_number=f"r{session_id}", visitor=visitor, code=code,
            outlet=f"OUT-{code}", state=State.CHARGING, chosen_by="energy", energy_wh_max=3_700,
            duration_s_max=None, counted_from="switch_on", power_type="solar",
            retailer_id="midori", created_at_ms=now_ms, deadline_ms=now_ms + 60_000,
            switched_on_at_ms=now_ms, used_wh=1_200, power_w=2_900,
        )  # fmt: skip
