"""A quarter of Okayama: one feeder, two sections, three transformers, eight meters, two relays."""

from typing import Any

import httpx

from konsento.foundation.clock import TestClock
from konsento.foundation.ids import CountingIds
from konsento.outage.neighbours import Role, let_in
from konsento.outage.rounds.round import Rounds
from konsento.outage.server import outage_server
from konsento.outage.slots import SLOT_MS
from konsento.outage.system import OutageSystem
from konsento.outage.take_in import catch_up
from konsento.outage.watch import Watch

KEYS = {role: f"{role.value}-key-0123456789abcdef" for role in Role}
NAMES = {
    Role.COLLECTOR: "hes-1",
    Role.AUTOMATION: "da-1",
    Role.OFFICE: "okayama",
    Role.REGISTRAR: "registrar",
    Role.READER: "konsento",
}
CODES = {"3.26.9.185": False, "3.26.9.216": True}
AREAS = """\
area,prefecture_ja,municipality_ja,district_ja,prefecture_en,municipality_en,district_en
33101-1,岡山県,岡山市,駅元町,Okayama,Okayama,Ekimotomachi
33101-2,岡山県,岡山市,奉還町,Okayama,Okayama,Hokancho
"""
NODES = """\
node,kind,parent,fed_by,valid_from,valid_to
F-1,feeder,,,,
S-1,section,F-1,,,
S-2,section,F-1,,,
T-1,transformer,S-1,,,
T-2,transformer,S-1,,,
T-3,transformer,S-2,,,
H-1,head_end,,,,
C-1,concentrator,H-1,T-1,,
R-1,relay,C-1,,,
R-2,relay,C-1,,,
"""
WIRED = (
    ("SM-33-1001", "T-1", "R-1", "33101-1"),
    ("SM-33-1002", "T-1", "R-1", "33101-1"),
    ("SM-33-1003", "T-1", "R-2", "33101-1"),
    ("SM-33-1004", "T-2", "R-1", "33101-1"),
    ("SM-33-1005", "T-2", "R-2", "33101-1"),
    ("SM-33-1006", "T-3", "R-2", "33101-2"),
    ("SM-33-1007", "T-3", "R-2", "33101-2"),
    ("SM-33-1008", "T-3", "C-1", "33101-2"),
)
SMIDS = tuple(wire[0] for wire in WIRED)
METERS = "smid,transformer,relay,area,in_service_from,in_service_to,vacant,valid_from\n" + "".join(
    f"{smid},{transformer},{relay},{area},,,0,\n" for smid, transformer, relay, area in WIRED
)


class Quarter:
    """The outage room over these tables, with a neighbour of every role."""

    def __init__(self, clock: TestClock) -> None:
        self.clock = clock
        self.ids = CountingIds()
        self.restarted()

    def restarted(self) -> None:
        """The process was killed and another one starts; what it knew it must learn again."""
        self.system = OutageSystem(Watch(CODES), self.clock, self.ids)
        self.rounds = Rounds(self.system)
        self.app = outage_server(self.system, self.rounds)

    async def settle_in(self) -> None:
        await let_in({NAMES[role]: (role, key) for role, key in KEYS.items()})
        answer = await self.load()
        assert answer.status_code == 200, answer.text

    async def wake_up(self) -> int:
        return await catch_up(self.system)

    async def ask(
        self,
        method: str,
        path: str,
        role: Role | None = Role.READER,
        *,
        media_type: str = "application/json",
        **more: Any,
    ) -> httpx.Response:
        headers = {} if "files" in more else {"Content-Type": media_type}
        if role is not None:
            headers["Authorization"] = f"Bearer {KEYS[role]}"
        transport = httpx.ASGITransport(app=self.app)  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://outage") as http:
            return await http.request(method, path, headers=headers, **more)

    async def load(
        self, load: str = "first", role: Role = Role.REGISTRAR, **tables: str
    ) -> httpx.Response:
        """Load the tables, some of them given in the place of the usual."""
        texts = {"areas": AREAS, "nodes": NODES, "meters": METERS, **tables}
        files = {name: (f"{name}.csv", text.encode(), "text/csv") for name, text in texts.items()}
        return await self.ask("PUT", "/outage/v1/tables", role, files=files, data={"load": load})

    @property
    def last_slot_start(self) -> int:
        """When the last slot that is over began."""
        return self.clock.now_ms() // SLOT_MS * SLOT_MS - SLOT_MS
