"""The simulated street: its meters by smid, kept in a small database of its own.

It is the outside world, so it must not notice when the control system is killed: every change
is written down before it is believed, and what lies between changes is computed.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from konsento.foundation.database import Database
from konsento.foundation.migrations import Step
from konsento.mdms.continuity import HopName
from konsento.mdms.fleet.load import WMS_PER_WH, Kind, load_of
from konsento.mdms.fleet.street_meter import (
    Cut,
    StreetMeter,
    drawing_w,
    plugged,
    register_wh,
    settled,
    with_power,
    without_power,
)
from konsento.mdms.meter import Switch

STREET_STEPS = (
    Step(
        "street-0001",
        ("CREATE TABLE street_meter (smid TEXT PRIMARY KEY, state TEXT NOT NULL)",),
    ),
)

Act = Literal[
    "plug_car", "plug_bike", "plug_kettle", "unplug",
    "cut_link", "mend_link", "cut_power", "restore_power",
]  # fmt: skip
PLUGS: dict[Act, Kind] = {"plug_car": "car", "plug_bike": "bike", "plug_kettle": "kettle"}


class MeterUnknown(Exception):
    """No meter of this smid stands in the street."""


class StreetFace(Struct, frozen=True, kw_only=True):
    """What somebody standing before the outlet could see."""

    smid: str
    switch: Switch
    link: Literal["up", "cut"]
    power: Literal["on", "off"]
    plugged: Kind | None
    power_w: int
    register_wh: int


class Street:
    """All meters of one simulated street. One process owns it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._meters: dict[str, StreetMeter] = {}
        self._turn = asyncio.Lock()

    async def wake_up(self) -> None:
        """Read the street as it was left; the database must be open and migrated."""
        rows = await self._database.ask("SELECT smid, state FROM street_meter ORDER BY smid")
        self._meters = {
            row["smid"]: msgspec.json.decode(row["state"], type=StreetMeter) for row in rows
        }

    async def add(
        self,
        smid: str,
        *,
        power_w_max: int,
        register_wh: int,
        now_ms: int,
        modulo_wh: int = 1_000_000_000,
        step_wh: int = 10,
    ) -> None:
        """Put up a meter that shows `register_wh`; one that stands already is left as it is."""
        if smid in self._meters:
            return
        meter = StreetMeter(
            smid=smid,
            power_w_max=power_w_max,
            modulo_wh=modulo_wh,
            step_wh=step_wh,
            total_wms=register_wh * WMS_PER_WH,
            since_ms=now_ms,
        )
        async with self._turn:
            await self._keep([meter])

    def meter(self, smid: str) -> StreetMeter:
        """The meter as last changed. Raises MeterUnknown."""
        try:
            return self._meters[smid]
        except KeyError:
            raise MeterUnknown(smid) from None

    async def change(self, smid: str, by: Callable[[StreetMeter], StreetMeter | None]) -> bool:
        """Change one meter; False when it would not (the change returned None)."""
        async with self._turn:
            changed = by(self.meter(smid))
            if changed is not None:
                await self._keep([changed])
        return changed is not None

    async def change_all(
        self, smids: Iterable[str], by: Callable[[StreetMeter], StreetMeter]
    ) -> None:
        """Change many meters in one go."""
        async with self._turn:
            await self._keep([by(self.meter(smid)) for smid in smids])

    async def do(self, smid: str, act: Act, now_ms: int, *, wanted_wh: int | None = None) -> None:
        """Something somebody does in the street; doing it twice is doing it once."""
        if act in PLUGS:
            kind = PLUGS[act]
            await self.change(smid, lambda meter: _plug_once(meter, kind, now_ms, wanted_wh))
        elif act == "unplug":
            await self.change(smid, lambda meter: plugged(meter, None, now_ms))
        elif act == "cut_link":
            await self.cut_link(smid, "relay")
        elif act == "mend_link":
            await self.change(smid, lambda meter: replace(meter, cut_at=None))
        elif act == "cut_power":
            await self.change(smid, lambda meter: without_power(meter, now_ms))
        else:
            await self.change(smid, lambda meter: with_power(meter, now_ms))

    async def cut_link(self, smid: str, hop: HopName, cut: Cut = "both") -> None:
        """Break the way to the meter before this hop, in one direction or both."""
        await self.change(smid, lambda meter: replace(meter, cut_at=hop, cut=cut))

    def faces(self, now_ms: int) -> tuple[StreetFace, ...]:
        """Every outlet as it looks now."""
        return tuple(_face(settled(meter, now_ms), now_ms) for meter in self._meters.values())

    async def _keep(self, meters: list[StreetMeter]) -> None:
        async with self._database.writing():
            for meter in meters:
                await self._database.ask(
                    "INSERT INTO street_meter (smid, state) VALUES ({}, {}) "
                    "ON CONFLICT (smid) DO UPDATE SET state = excluded.state",
                    meter.smid,
                    msgspec.json.encode(meter).decode(),
                )
        for meter in meters:
            self._meters[meter.smid] = meter


def _plug_once(
    meter: StreetMeter, kind: Kind, now_ms: int, wanted_wh: int | None
) -> StreetMeter | None:
    """The same kind plugged in again is a fresh one only if another energy is asked for."""
    if meter.load is not None and meter.load.kind == kind and wanted_wh is None:
        return None
    return plugged(meter, load_of(kind, wanted_wh=wanted_wh), now_ms)


def _face(meter: StreetMeter, now_ms: int) -> StreetFace:
    return StreetFace(
        smid=meter.smid,
        switch=meter.switch,
        link="up" if meter.cut_at is None else "cut",
        power="on" if meter.powered else "off",
        plugged=None if meter.load is None else meter.load.kind,
        power_w=drawing_w(meter, now_ms),
        register_wh=register_wh(meter, now_ms),
    )
