"""A charge from its quote to a switch that was read closed, 20 a second, on the whole demo.

`python -m benchmarks.charge_start [SECONDS] [A_SECOND]`. Quote, start, the provider's page paid,
the browser back, the order to the control system, the meter commanded and read back: what a
driver waits for, without the driver's own thinking. The meters' wires are 40 ms long each way.
First, in turns, what each step of the API costs beside a bare Litestar route.
"""

import asyncio
import statistics
import sys
import time

import httpx
import uvloop

from benchmarks._town import (
    PEER_PORT,
    Json,
    Person,
    Slow,
    Timed,
    client,
    cpu_ms,
    figures,
    house,
    outlets,
    peer,
)

SECONDS, A_SECOND = 30, 20
ROUNDS = 40
IDLE_S = 5
HEARD_S = 12  # two of the demo's continuity checks: an outlet unheard of sells nothing
GOAL_P99_MS = 1_000
WAIT_S = 30
CHARGING = frozenset({"charging", "idle"})
STEPS = ("bare", "quote", "start", "look", "stop")


async def steps_apart(http: httpx.AsyncClient, codes: list[str]) -> None:
    """One asker, each step in turns with the bare route; medians and their ratios."""
    timed = Timed()
    for code in codes:
        person = Person(http)
        with timed.step("bare"):
            await http.post(f"http://127.0.0.1:{PEER_PORT}/echo", json={"words": "hello"})
        with timed.step("quote"):
            quote = await person.quote(code)
        with timed.step("start"):
            session = await person.begin(quote)
        with timed.step("look"):
            await person.ask("GET", f"/api/sessions/{session['session_id']}")
        with timed.step("stop"):
            await person.ask("POST", f"/api/sessions/{session['session_id']}/stop")
    medians = {name: statistics.median(timed.steps[name]) for name in STEPS}
    for name in STEPS:
        ratio = medians[name] / medians["bare"]
        print(
            f"{name:<8} {medians[name]:7.1f} ms   {ratio:5.1f} × bare  ({len(codes)} rounds)",
            flush=True,
        )


async def one(http: httpx.AsyncClient, code: str, timed: Timed) -> None:
    """One driver's charge, each part timed."""
    person = Person(http)
    session: Json = {}
    try:
        with timed.step("whole"):
            with timed.step("quote"):
                quote = await person.quote(code)
            with timed.step("start"):
                session = await person.begin(quote)
            with timed.step("pay (the provider's twin)"):
                back = await person.pay(session)
            with timed.step("come back"):
                await person.come_back(back)
            with timed.step("until the switch is read closed"):
                await person.until(session, CHARGING, within_s=WAIT_S)
    except (RuntimeError, Slow, httpx.HTTPError, KeyError) as error:
        timed.steps.setdefault("failed", []).append(0)
        print(f"failed: {error}"[:200])


async def crowd(http: httpx.AsyncClient, codes: list[str], a_second: int) -> Timed:
    """Arrivals at an even pace, whether or not those before are done."""
    timed = Timed()
    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number, code in enumerate(codes):
            await asyncio.sleep(max(0.0, began + number / a_second - time.perf_counter()))
            group.create_task(one(http, code, timed))
    return timed


async def run(seconds: int, a_second: int) -> int:
    count = seconds * a_second
    async with (
        peer(),
        house(count + ROUNDS, KONSENTO_MEASURE_EVERY_MS=30_000) as (pid, _),
        client(1_000) as http,
    ):
        codes = [each["code"] for each in await outlets(http)]
        await asyncio.sleep(HEARD_S)
        await steps_apart(http, codes[:ROUNDS])
        idle_ms = cpu_ms(pid)
        await asyncio.sleep(IDLE_S)
        began_ms = cpu_ms(pid)
        timed = await crowd(http, codes[ROUNDS:], a_second)
        each_ms = (cpu_ms(pid) - began_ms) / count
    print(f"\n{a_second} a second for {seconds} s:")
    failed = len(timed.steps.pop("failed", []))
    for name, values in timed.steps.items():
        print(f"{name:<32} {figures(values)}")
    whole = timed.steps.get("whole", [])
    late = sum(1 for ms in whole if ms > GOAL_P99_MS) + failed
    print(
        f"processor time a charge {each_ms:.0f} ms; of an idle house a second "
        f"{(began_ms - idle_ms) / IDLE_S:.0f} ms"
    )
    print(f"failed {failed}; slower than {GOAL_P99_MS} ms: {late} of {count} (goal: 1 %)")
    return int(late * 100 > count)


def main() -> int:
    given = [int(word) for word in sys.argv[1:3]]
    seconds, a_second = (given + [SECONDS, A_SECOND][len(given) :])[:2]
    return uvloop.run(run(min(seconds, 120), min(a_second, 50)))


if __name__ == "__main__":
    sys.exit(main())
