"""A charge from its quote to a switch that was read closed, 20 a second, on files.

`python -m benchmarks.charge_start [SECONDS] [A_SECOND]`. Quote, start, the provider's page paid,
the browser back, the order to the control system, the meter commanded and read back: what a
driver waits for, without the driver's own thinking. The meters' wires are 40 ms long each way.
First, in turns, what each step of the API costs beside a bare Litestar route.
"""

import asyncio
import statistics
import sys
import time

import aiohttp
import uvloop

from benchmarks._house import PEER_PORT, House, Slow, cpu_ms, house, load, peer
from benchmarks._town import Json, Person, Timed, client, figures, places, verdict

SECONDS, A_SECOND = 30, 20
ROUNDS = 40
WARM = 40  # charges that are not counted: caches fill, and a log that still grows pays for it
IDLE_S = 5
HEARD_S = 12  # two of the continuity checks: an outlet unheard of sells nothing
GOAL_P99_MS = 1_000
WAIT_S = 30
FAILURES_TOLD = 5  # kinds of them
CHARGING = frozenset({"charging", "idle"})
STEPS = ("bare", "quote", "start", "look", "stop")


async def bare(http: aiohttp.ClientSession) -> None:
    url = f"http://127.0.0.1:{PEER_PORT}/echo"
    async with http.post(url, json={"words": "hello"}) as answer:
        await answer.read()


async def steps_apart(http: aiohttp.ClientSession, pids: tuple[int, int], codes: list[str]) -> None:
    """One asker, each step in turns with the bare route; medians and their ratios."""
    timed = Timed()
    began = [cpu_ms(pid) for pid in pids]
    for code in codes:
        person = Person(http)
        with timed.step("bare"):
            await bare(http)
        with timed.step("quote"):
            quote = await person.quote(code)
        with timed.step("start"):
            session = await person.begin(quote)
        with timed.step("look"):
            await person.ask("GET", f"/api/sessions/{session['session_id']}")
        with timed.step("stop"):
            await person.ask("POST", f"/api/sessions/{session['session_id']}/stop")
    spent = [(cpu_ms(pid) - before) / len(codes) for pid, before in zip(pids, began, strict=True)]
    medians = {name: statistics.median(timed.steps[name]) for name in STEPS}
    print(f"one asker, {len(codes)} rounds, medians:")
    for name in STEPS:
        ratio = medians[name] / medians["bare"]
        print(f"{name:<8} {medians[name]:7.1f} ms   {ratio:5.1f} × bare")
    print(f"processor: bare route {spent[0]:.1f} ms, the four of management {spent[1]:.1f} ms")


async def one(http: aiohttp.ClientSession, code: str, timed: Timed) -> None:
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
    except (RuntimeError, Slow, aiohttp.ClientError, KeyError, TimeoutError) as error:
        timed.failed[f"{error!r}"[:120]] += 1


async def crowd(http: aiohttp.ClientSession, codes: list[str], a_second: int) -> Timed:
    """Arrivals at an even pace, whether or not those before are done."""
    timed = Timed()
    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number, code in enumerate(codes):
            await asyncio.sleep(max(0.0, began + number / a_second - time.perf_counter()))
            group.create_task(one(http, code, timed))
    return timed


async def spent_idle(here: House) -> float:
    """ms of processor that a second of the idle house costs."""
    before = sum(here.cpu_ms().values())
    await asyncio.sleep(IDLE_S)
    return (sum(here.cpu_ms().values()) - before) / IDLE_S


def tell(timed: Timed, spent: dict[str, float], count: int) -> bool:
    """Figures and verdict of a crowd; whether the goal is met."""
    failed = timed.failed.total()
    for why, times in timed.failed.most_common(FAILURES_TOLD):
        print(f"failed {times} times: {why}")
    for name, values in timed.steps.items():
        print(f"{name:<32} {figures(values)}")
    each = ", ".join(f"{name} {ms / count:.0f} ms" for name, ms in spent.items())
    print(f"processor time a charge: {each}; together {sum(spent.values()) / count:.0f} ms")
    late = sum(1 for ms in timed.steps.get("whole", []) if ms > GOAL_P99_MS) + failed
    return verdict(
        f"p99 ≤ {GOAL_P99_MS} ms: {late} of {count} slower, of them {failed} failed (goal: 1 %)",
        met=late * 100 <= count,
    )


async def run(seconds: int, a_second: int) -> int:
    count = seconds * a_second
    print(load(), flush=True)
    async with (
        peer() as beside,
        house(count + ROUNDS + WARM, KONSENTO_MEASURE_EVERY_MS=30_000) as here,
        client(1_000) as http,
    ):
        codes = [each.code for each in places(here.folder)]
        await asyncio.sleep(HEARD_S)
        await steps_apart(http, (beside, here.management), codes[:ROUNDS])
        print(f"processor time of an idle house a second: {await spent_idle(here):.0f} ms")
        await crowd(http, codes[ROUNDS : ROUNDS + WARM], max(1, a_second // 4))
        before, generator = here.cpu_ms(), time.process_time()
        print(f"\n{a_second} a second for {seconds} s:", flush=True)
        timed = await crowd(http, codes[ROUNDS + WARM :], a_second)
        spent = {name: ms - before[name] for name, ms in here.cpu_ms().items()}
        spent["(those who ask)"] = (time.process_time() - generator) * 1000
    met = tell(timed, spent, count)
    print(load())
    return int(not met)


def main() -> int:
    given = [int(word) for word in sys.argv[1:3]]
    seconds, a_second = (given + [SECONDS, A_SECOND][len(given) :])[:2]
    return uvloop.run(run(min(seconds, 120), min(a_second, 50)))


if __name__ == "__main__":
    sys.exit(main())
