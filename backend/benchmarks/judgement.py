"""How often the outage judgement is right: a simulated town lived through, beside the plain rule.

`python -m benchmarks.judgement [--households N] [--days N] [--seeds N ...]`; `--days 2` to try.
"""

import argparse
import platform
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks._house import load
from benchmarks._town import verdict
from konsento.assembly.rehearsal.days import Lived, Rehearsal, live
from konsento.assembly.rehearsal.episodes import Episodes
from konsento.assembly.rehearsal.score import Score, in_storms, of_many, part, score
from konsento.assembly.rehearsal.told import Tellings, both
from konsento.mdms.fleet.town.collection import Collection
from konsento.mdms.fleet.town.hazards import STORMS_PER_YEAR, scaled
from konsento.outage.limits import GRACE_MS

FROM_MS = 1_795_219_200_000  # 2026-11-21T00:00Z
MISSED_PERMYRIAD = (20, 100)
STORMS_TIMES = 2.5
SEEDS = (11, 14)
PRECISION_MIN = RECALL_MIN = 0.99
MINUTES_MAX = 30 + GRACE_MS / 60_000 + 5


@dataclass(frozen=True)
class Measured:
    """The scores of one part of the days: ours, the plain rule's, ours with the doubted."""

    ours: Score
    plain: Score
    asked: Score
    doubted: Score


def measured(towns: Sequence[Lived], *, storms: bool | None = None) -> Measured:
    """Of all days of all towns, or of the storms alone, or of the rest."""

    def scored(told: Callable[[Lived], Tellings]) -> Score:
        return score(*of_many([chosen(lived, told(lived)) for lived in towns]))

    def chosen(lived: Lived, told: Tellings) -> tuple[Episodes, Tellings]:
        if storms is None:
            return lived.truth, told
        truth = lived.truth.where(in_storms(lived.truth.from_ms, lived.storms) == storms)
        return truth, part(told, in_storms(told.at_ms, lived.storms) == storms)

    return Measured(
        scored(lambda lived: lived.told),
        scored(lambda lived: lived.plain),
        scored(lambda lived: both(lived.told, lived.doubted)),
        scored(lambda lived: lived.doubted),
    )


def line(name: str, ours: str, plain: str, ratio: str = "") -> None:
    print(f"  {name:<48} {ours:>14} {plain:>16} {ratio:>8}")


def shares(name: str, ours: float, plain: float) -> None:
    line(name, f"{ours:.4f}", f"{plain:.4f}")


def minutes(found: Score) -> str:
    return " / ".join(f"{each:.0f}" for each in found.minutes)


def table(title: str, found: Measured, days: int) -> None:
    """One block: ours, the plain rule's, and how many times fewer are wrong."""
    ours, plain = found.ours, found.plain
    print()
    line(title, "ours", "one missed slot", "ratio")
    line("told to be without power, a day", f"{ours.told / days:,.1f}", f"{plain.told / days:,.1f}")
    fewer = f"1:{plain.wrong / ours.wrong:,.0f}" if ours.wrong else f"0:{plain.wrong:,}"
    wrong = f"{ours.wrong / days:,.2f}", f"{plain.wrong / days:,.1f}"
    line("  of them wrong: they had power, a day", *wrong, fewer)
    shares("precision", ours.precision, plain.precision)
    line("cuts over 5 minutes, each meter's counted", f"{ours.cuts:,}", f"{plain.cuts:,}")
    line("  that readings could tell of", f"{ours.seen:,}", f"{plain.seen:,}")
    line("  of a transformer or more", f"{ours.shared:,}", f"{plain.shared:,}")
    shares("recall", ours.recall, plain.recall)
    shares("  of those that readings could tell of", ours.recall_of_seen, plain.recall_of_seen)
    shares("  of a transformer or more", ours.recall_of_shared, plain.recall_of_shared)
    shares("  with 'we cannot tell' to who asks", found.asked.recall, plain.recall)
    line("minutes from cut to told, p50 / p90 / most", minutes(ours), minutes(plain))
    line("'we cannot tell' would be answered, a day", f"{found.doubted.told / days:,.1f}", "-")
    dark = (found.doubted.told - found.doubted.wrong) / days
    line("  to those without power", f"{dark:,.2f}", "-")


def goals(ours: Score) -> bool:
    """What is aimed at with 0.2 % of the readings missed."""
    met = [
        verdict(f"precision {ours.precision:.4f} (≥ {PRECISION_MIN})",
                met=ours.precision >= PRECISION_MIN),
        verdict(f"recall {ours.recall:.4f} (≥ {RECALL_MIN})", met=ours.recall >= RECALL_MIN),
        verdict(f"recall, a transformer or more {ours.recall_of_shared:.4f} (≥ {RECALL_MIN})",
                met=ours.recall_of_shared >= RECALL_MIN),
        verdict(f"minutes to told, nine of ten {ours.minutes[1]:.0f} (≤ {MINUTES_MAX:.0f})",
                met=ours.minutes[1] <= MINUTES_MAX),
        verdict(f"minutes to told, the longest {ours.minutes[2]:.0f} (≤ {MINUTES_MAX:.0f})",
                met=ours.minutes[2] <= MINUTES_MAX),
    ]  # fmt: skip
    return all(met)


def lived_through(households: int, days: int, seed: int, missed_permyriad: int) -> Lived:
    """One town and one rate of missed readings."""
    began = time.process_time()
    lived = live(
        Rehearsal(
            meters=households, days=days, seed=seed, from_ms=FROM_MS,
            climate=scaled(1.0, storms_times=STORMS_TIMES),
            collection=Collection(missed_permyriad=missed_permyriad),
        )
    )  # fmt: skip
    print(
        f"  seed {seed}: {len(lived.storms)} storms, {lived.pings / days:,.0f} pings a day, "
        f"{lived.taken_back} taken back; {time.process_time() - began:.0f} s of processor",
        flush=True,
    )
    return lived


def run(wish: argparse.Namespace, missed_permyriad: int) -> Score:
    """All towns at one rate, with their tables."""
    print(f"\n{missed_permyriad / 100} % of readings missed by chance, besides what breaks")
    towns = [
        lived_through(wish.households, wish.days, seed, missed_permyriad) for seed in wish.seeds
    ]
    days = wish.days * len(towns)
    every = measured(towns)
    table("ALL DAYS", every, days)
    if any(lived.storms for lived in towns):
        table("IN STORMS AND TWO HOURS AFTER", measured(towns, storms=True), days)
        table("OTHERWISE", measured(towns, storms=False), days)
    return every.ours


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=20_000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    wish = parser.parse_args()
    print(
        f"Python {platform.python_version()}; {wish.households:,} households, {wish.days} days, "
        f"{STORMS_TIMES * STORMS_PER_YEAR:.0f} storms a year, seeds {wish.seeds}"
    )
    scores = [run(wish, rate) for rate in MISSED_PERMYRIAD]
    print(f"\n{load()}; goals at {MISSED_PERMYRIAD[0] / 100} %")
    return int(not goals(scores[0]))


if __name__ == "__main__":
    sys.exit(main())
