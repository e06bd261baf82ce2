"""One part of the house as `konsento serve` runs it, with as many outlets as a benchmark wants.

`python -m benchmarks._part PART PORT OUTLETS` migrates, furnishes and serves until SIGTERM, with
the settings in its environment. Four things differ from a house that earns money: a car waits
at each outlet; streams are not counted against their visitor, since one machine plays everybody;
the street can be told to do something at POST /street/METER/ACT; and the outage engine takes
readings in without judging them, since there is nobody whom it could ask.
"""

import asyncio
import cProfile
import dataclasses
import os
import resource
import sys
import time
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import get_args

from litestar.types import ASGIApp, Receive, Scope, Send
from uvicorn.loops.auto import auto_loop_factory

from konsento.assembly import town
from konsento.assembly.demo.settle_in import open_the_car_park
from konsento.assembly.processes import control_system, management, outage, run
from konsento.assembly.processes.part import Furnished, Part
from konsento.foundation.clock import SystemClock
from konsento.foundation.edge import streams
from konsento.foundation.ids import SystemIds
from konsento.foundation.logs import set_up_logs
from konsento.foundation.settings import Settings
from konsento.mdms.fleet.street import Act, Street
from konsento.mdms.fleet.street_meter import settled
from konsento.outage.jobs import Job, outage_jobs
from konsento.outage.rounds.round import Rounds

HOST = "127.0.0.1"
PROFILE = "BENCH_PROFILE"  # a folder: where to write how the processor's time was spent


def enlarge(outlets: int) -> None:
    """The same street, longer. Must come before anything reads the town."""
    first = town.OUTLETS[0]
    town.OUTLETS = tuple(
        town.OutletSeed(
            number=number, voltage_v=200, power_w_max=3_000, register_wh=first.register_wh
        )
        for number in range(1, outlets + 1)
    )
    counted = streams.Closing.__init__.__kwdefaults__ or {}
    counted["per_visitor"] = counted["per_process"]


def without_judging(rounds: Rounds, folder: Path) -> dict[str, Job]:
    """The jobs of the outage engine but one."""
    jobs = outage_jobs(rounds, folder).items()
    return {name: job for name, job in jobs if name != "outage judge"}


class KnownStreet(Street):
    """The street of this process, which can be found again."""

    here: "KnownStreet"

    async def wake_up(self) -> None:
        await super().wake_up()
        KnownStreet.here = self


class StreetDoor:
    """Somebody does something in the street; everything else goes to the control system."""

    def __init__(self, doors: ASGIApp) -> None:
        self._doors = doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "").strip("/").split("/")
        if len(path) != 3 or path[0] != "street":
            await self._doors(scope, receive, send)
            return
        for act in get_args(Act):
            if act == path[2]:
                await KnownStreet.here.do(path[1], act, SystemClock().now_ms())
        body = settled(KnownStreet.here.meter(path[1]), SystemClock().now_ms()).switch.encode()
        length = str(len(body)).encode()
        headers = [(b"content-length", length)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})


async def with_cars(settings: Settings, stack: AsyncExitStack) -> Furnished:
    """The control system, with a car at each outlet."""
    furnished = await control_system.furnish_control_system(settings, stack)
    now_ms = SystemClock().now_ms()
    for seed in town.OUTLETS:
        await KnownStreet.here.do(seed.smid, "plug_car", now_ms)
    return dataclasses.replace(furnished, doors=StreetDoor(furnished.doors))


async def with_tariffs(part: Part, settings: Settings, stack: AsyncExitStack) -> Furnished:
    """The management server, with a car park that sells."""
    await open_the_car_park(SystemIds(), SystemClock().now_ms())
    return await part.furnish(settings, stack)


def furnished_for(part: Part) -> Part:
    """The part with the town in it."""
    if part.name == "mdms":
        return dataclasses.replace(part, furnish=with_cars)
    if part.name == "management":

        async def furnish(settings: Settings, stack: AsyncExitStack) -> Furnished:
            return await with_tariffs(part, settings, stack)

        return dataclasses.replace(part, furnish=furnish)
    return part


async def serve(name: str, port: int) -> None:
    part = furnished_for(run.part_named(name))
    settings = run.settings_to_serve(part, os.environ)
    set_up_logs(level=settings.log_level)
    await run.migrate(part, settings)
    await run.serve(part, settings, host=HOST, port=port)


def main() -> None:
    name, port, outlets = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    enlarge(outlets)
    vars(control_system)["Street"] = KnownStreet
    vars(outage)["outage_jobs"] = without_judging
    vars(management)["WEB"] = Path("no front end")  # the API alone
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner, suppress(KeyboardInterrupt):
        if folder := os.environ.get(PROFILE):
            with cProfile.Profile(time.thread_time) as profile:
                runner.run(serve(name, port))
            profile.dump_stats(f"{folder}/{name}.prof")
        else:
            runner.run(serve(name, port))


if __name__ == "__main__":
    main()
