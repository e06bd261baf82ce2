"""A household in Hokancho and the outages it may be in, for tests of what it is told."""

from typing import Any

import msgspec

from konsento.management.notices.outages.facts import Expected, Facts, Meter, Names, Outage
from konsento.management.notices.outages.told import Kind, Standing, Tell
from konsento.management.notices.outages.weighing import weigh

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
# 2026-11-21 12:00 in Japan, a Saturday.
NOON_MS = 1_795_230_000_000
HOKANCHO = Names("岡山県岡山市北区奉還町1丁目", "Hokancho 1, Kita-ku, Okayama, Okayama")

ON = Meter(judgement="powered", heard_until_ms=NOON_MS)
DARK = Meter(judgement="area", since_ms=NOON_MS, heard_until_ms=NOON_MS, outage="feeder")
ALONE = Meter(
    judgement="own_premises", grade="likely", since_ms=NOON_MS, heard_until_ms=NOON_MS,
    outage="mine",
)  # fmt: skip
MUTE = Meter(judgement="unknown", heard_until_ms=NOON_MS)
FEEDER = Outage(
    outage="feeder", started_at_ms=NOON_MS + 4 * MINUTE_MS, households_out=1_240,
    areas=(HOKANCHO,), area_count=1,
)  # fmt: skip
MINE = Outage(
    outage="mine", own=True, started_at_ms=NOON_MS, households_out=1, areas=(HOKANCHO,),
    area_count=1,
)  # fmt: skip
WORKS = Outage(
    outage="works", planned=True, started_at_ms=NOON_MS + 72 * HOUR_MS,
    planned_until_ms=NOON_MS + 74 * HOUR_MS, cause="works", areas=(HOKANCHO,), area_count=1,
)  # fmt: skip


def but(what: Any, **changed: object) -> Any:
    """The same with some of it changed."""
    return msgspec.structs.replace(what, **changed)


def at(minutes_past_noon: int) -> Expected:
    return Expected(at_ms=NOON_MS + minutes_past_noon * MINUTE_MS, known=True)


def unknown_until(minutes_past_noon: int) -> Expected:
    return Expected(at_ms=NOON_MS + minutes_past_noon * MINUTE_MS, known=False)


def facts(meter: Meter, *outages: Outage, told: Outage | None = None) -> Facts:
    """One look: faults first, the one the meter is in before the one that was told."""
    faults = [each for each in outages if not each.planned]
    now_in = next((each for each in outages if each.outage == meter.outage), None)
    return Facts(
        meter=meter,
        outage=now_in,
        told_outage=told or (faults[0] if faults else None),
        works=tuple(each for each in outages if each.planned),
    )


class Household:
    """One registration through a day: each look says what is told."""

    def __init__(self) -> None:
        self.standing = Standing()
        self.told: list[Tell] = []

    def look(self, minutes_past_noon: int, seen: Facts) -> list[Kind]:
        now_ms = NOON_MS + minutes_past_noon * MINUTE_MS
        self.standing, tells = weigh(self.standing, seen, now_ms)
        self.told += tells
        return [tell.kind for tell in tells]
