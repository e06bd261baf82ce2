"""From the press of Stop to a switch that was read open, at the street's own pace.

`python -m benchmarks.stop_to_open [CHARGES] [CUT]`. First with the link alive, a few a second;
the peer is the wire itself: a command and its read-back are two round trips, and a loopback
message measures one in the same run. Then with the link cut: the meter opens by its fail-safe,
and never later than that after Stop.
"""

import asyncio
import statistics
import sys
import time

import aiohttp
import httpx
import uvloop

from benchmarks._house import MDMS_PORT, Slow, house, load
from benchmarks._town import (
    Json,
    Person,
    Place,
    client,
    figures,
    percentile,
    places,
    street,
    verdict,
)
from konsento.mdms.contract import MdmsClient

CHARGES, CUT = 120, 10
STARTS_A_SECOND, STOPS_A_SECOND = 3, 4
LOOPBACKS = 20
FOLLOWS_AFTER_S = 0.5  # a driver's phone follows its charge long before it stops it
LOOK_AGAIN_S = 0.25  # with the link cut nobody is told: the street is looked at
GOAL_P99_MS = 2_000
FAILSAFE_MS, CONTINUITY_MS = 20_000, 3_000
READ_OPEN = frozenset({"settling", "settled"})


async def charging(http: aiohttp.ClientSession, there: list[Place]) -> list[tuple[Person, Json]]:
    """A charge on each outlet, begun at a pace."""
    began = time.perf_counter()
    found = []
    async with asyncio.TaskGroup() as group:
        for number, place in enumerate(there):
            await asyncio.sleep(max(0.0, began + number / STARTS_A_SECOND - time.perf_counter()))
            person = Person(http)
            found.append((person, group.create_task(person.charge(place.code))))
    return [(person, task.result()) for person, task in found]


async def stopped(person: Person, session: Json) -> float:
    """ms from the press to the news that the switch was read open."""
    async with asyncio.TaskGroup() as group:
        following = group.create_task(person.until(session, READ_OPEN, within_s=60))
        await asyncio.sleep(FOLLOWS_AFTER_S)
        began = time.perf_counter()
        await person.ask("POST", f"/api/sessions/{session['session_id']}/stop")
        await following
    return (time.perf_counter() - began) * 1000


async def opened_after_cut(
    http: aiohttp.ClientSession, place: Place, person: Person, session: Json
) -> float:
    """ms from a press that reaches no meter to a switch that anybody can see open."""
    await street(http, place.smid, "cut_link")
    began = time.perf_counter()
    await person.ask("POST", f"/api/sessions/{session['session_id']}/stop")
    while (time.perf_counter() - began) * 1000 < 3 * FAILSAFE_MS:
        if await street(http, place.smid, "look") == "open":
            return (time.perf_counter() - began) * 1000
        await asyncio.sleep(LOOK_AGAIN_S)
    raise Slow(f"{place.outlet} is still closed")


async def round_trips(api_key: str, names: list[str]) -> list[float]:
    """ms of loopback messages to meters, through the control system's own door."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{MDMS_PORT}") as http:
        mdms = MdmsClient(http, api_key)
        answers = [await mdms.loopback(name) for name in names[:LOOPBACKS]]
    return [float(each.round_trip_ms or 0) for each in answers if each.answered]


async def alive(charges: list[tuple[Person, Json]]) -> list[float]:
    """Stop them all at a pace."""
    began = time.perf_counter()
    tasks = []
    async with asyncio.TaskGroup() as group:
        for number, (person, session) in enumerate(charges):
            await asyncio.sleep(max(0.0, began + number / STOPS_A_SECOND - time.perf_counter()))
            tasks.append(group.create_task(stopped(person, session)))
    return [task.result() for task in tasks]


async def run(count: int, cut: int) -> int:
    paces = {
        "KONSENTO_FAILSAFE_AFTER_MS": FAILSAFE_MS, "KONSENTO_CONTINUITY_EVERY_MS": CONTINUITY_MS,
    }  # fmt: skip
    print(load(), flush=True)
    async with house(count + cut, **paces) as here, client(500) as http:
        there = places(here.folder)
        await asyncio.sleep(CONTINUITY_MS / 1000 + 2)
        charges = await charging(http, there)
        trips = await round_trips(here.mdms_api_key, [place.outlet for place in there])
        took = await alive(charges[:count])
        silent = []
        async with asyncio.TaskGroup() as group:
            for place, (person, session) in zip(there[count:], charges[count:], strict=True):
                silent.append(group.create_task(opened_after_cut(http, place, person, session)))
    return tell(trips, took, [task.result() for task in silent])


def tell(trips: list[float], took: list[float], late: list[float]) -> int:
    """Figures and verdicts; nought when the goals are met."""
    least_ms = 2 * statistics.median(trips)
    print(f"the wire alone, there and back twice  p50 {least_ms:7.1f} ms")
    print(f"stop to open, link alive              {figures(took)}")
    print(f"ratio of the medians                  {statistics.median(took) / least_ms:.1f}")
    if late:
        print(f"stop to open, link cut                {figures(late)}")
    # An assurance may be under way while the link is cut; a look at the street takes a while.
    bound_ms = FAILSAFE_MS + CONTINUITY_MS + 1_000
    p99_ms, worst_ms = percentile(took, 99), max(late, default=0.0)
    met = [
        verdict(f"link alive, p99 ≤ {GOAL_P99_MS} ms: {p99_ms:.0f}", met=p99_ms <= GOAL_P99_MS),
        verdict(
            f"link cut, no later than the fail-safe ({FAILSAFE_MS} ms): {worst_ms:.0f}",
            met=worst_ms <= bound_ms,
        ),
    ]
    print(load())
    return int(not all(met))


def main() -> int:
    given = [int(word) for word in sys.argv[1:3]]
    count, cut = (given + [CHARGES, CUT][len(given) :])[:2]
    return uvloop.run(run(min(count, 500), min(cut, 50)))


if __name__ == "__main__":
    sys.exit(main())
