"""What must run for ever beside the outage room's server, in the one process that is its engine."""

from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

from konsento.foundation.clock import Clock
from konsento.foundation.ticker import every
from konsento.outage import quarantine, snapshots
from konsento.outage.limits import FORGET_EVERY_MS, JUDGE_EVERY_MS, SNAPSHOT_EVERY_MS
from konsento.outage.record.say import notice_overdue
from konsento.outage.rounds.round import Rounds

Job = Callable[[], Coroutine[Any, Any, None]]


def outage_jobs(rounds: Rounds, folder: Path, looks: Clock | None = None) -> Mapping[str, Job]:
    """By name. `folder` holds the snapshots; `looks`: by which slots are looked at, if another."""
    system = rounds.system
    clock = system.clock
    looks = looks or clock

    async def judge() -> None:
        await every(JUDGE_EVERY_MS, rounds.step, name="outage judge", clock=looks)

    async def overdue() -> None:
        async def look() -> None:
            if await notice_overdue(clock.now_ms()):
                system.told.ring()

        await every(JUDGE_EVERY_MS, look, name="outage overdue", clock=looks)

    async def snapshot() -> None:
        await every(
            SNAPSHOT_EVERY_MS,
            lambda: snapshots.keep(system, folder),
            name="outage snapshot",
            clock=clock,
        )

    async def forget() -> None:
        await every(
            FORGET_EVERY_MS,
            lambda: quarantine.forget_old(clock.now_ms()),
            name="outage forget",
            clock=clock,
        )

    return {
        "outage judge": judge,
        "outage overdue": overdue,
        "outage snapshot": snapshot,
        "outage forget": forget,
    }
