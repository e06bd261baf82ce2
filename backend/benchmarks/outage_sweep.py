"""Who is silent among all meters of a country, and why: our sweep beside what others take.

`python -m benchmarks.outage_sweep [MILLIONS]`: 80 unless told otherwise. Peers run on the same
columns in the same run; sets of rows and counts are compared before anything is timed.
"""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np

from benchmarks._country import AREAS, SLOT, country, everyone, night, seen
from benchmarks._peers import (
    POSTGRES_METERS,
    Plain,
    Sweep,
    best_of,
    duckdb,
    numpy_scan,
    polars,
    postgres_ms,
)
from konsento.outage.columns import bits
from konsento.outage.columns.index import MeterIndex
from konsento.outage.columns.keys import keys_of
from konsento.outage.columns.meters import Columns, restored
from konsento.outage.columns.sweep import Silence, silence
from konsento.outage.judgement.judge import judge_slot
from konsento.outage.judgement.memory import blank
from konsento.outage.limits import REBASE_BY
from konsento.outage.topology.trees import Trees

MILLION = 1_000_000
SEED = 20261122
IDS = 10 * MILLION
SWEEP_MS, RATIO, HALF_MS, EXPLAIN_MS, IDS_MS, BYTES = 15.0, 10.0, 500.0, 3_000.0, 100.0, 16.0
BAR = 40


def line(what: str, ms: float, beside: str = "") -> None:
    print(f"  {what:44} {ms:9.1f} ms  {beside}", flush=True)


def goal(text: str, *, met: bool) -> bool:
    print(f"{'MET   ' if met else 'MISSED'}  {text}", flush=True)
    return met


def heard(trees: Trees, silent: np.ndarray) -> Columns:
    """All meters heard of the slot before, and all but the silent of the slot."""
    base = SLOT - REBASE_BY
    last = np.full(trees.meters, REBASE_BY, np.uint16) - silent.astype(np.uint16)
    everyone_ = bits.of_mask(np.ones(trees.meters, np.bool_))
    return restored(trees.area_of_meter, last, everyone_, AREAS, (base, SLOT))


def applied_a_second(columns: Columns) -> float:
    """Readings of the next slot, a million at a time, from meters all over the country."""
    columns.advance(SLOT + 1)
    chance = np.random.default_rng(SEED)
    batches = [chance.integers(0, len(columns), MILLION, np.int32) for _ in range(5)]
    began = time.perf_counter()
    for rows in batches:
        columns.apply(rows, SLOT + 1)
    return len(batches) * MILLION / (time.perf_counter() - began)


def bytes_a_meter(columns: Columns) -> float:
    """What the engine keeps of a meter: its columns, and its place in both trees."""
    words = sum(columns.heard(s).nbytes for s in range(columns.oldest_slot, columns.top_slot + 1))
    own = columns.last.nbytes + columns.area.nbytes + columns.expected.nbytes + words
    return own / len(columns) + 8


def agrees(ours: Silence, peer: Sweep) -> bool:
    count, by_area = peer()
    return count == len(ours.rows) and np.array_equal(by_area, ours.by_area)


def sweeps(trees: Trees, silent: np.ndarray) -> list[bool]:
    """One in a hundred, then half of all: the list, and the counts of every area."""
    columns = heard(trees, silent)
    print(f"\nsweep of {trees.meters:,} meters, {silent.mean():.2%} silent, {AREAS:,} areas")
    plain = Plain(columns.area, columns.last, AREAS, SLOT - columns.base_slot)
    ours = silence(columns, SLOT)
    with ThreadPoolExecutor(1) as hand:
        one = best_of(9, lambda: silence(columns, SLOT))
        processor = best_of(5, lambda: silence(columns, SLOT), time.process_time)
        two = best_of(9, lambda: silence(columns, SLOT, hand))
        line("ours, one thread", one, f"processor {processor:.1f} ms")
        line("ours, two threads", two)
        best, ratio = min(one, two), 0.0
        for name, peer in (("numpy, a plain scan", numpy_scan), ("polars", polars),
                           ("DuckDB", duckdb)):  # fmt: skip
            sweep = peer(plain)
            same = "" if agrees(ours, sweep) else "  ANOTHER ANSWER"
            took = best_of(5, sweep)
            ratio = took / best
            line(name, took, f"{ratio:.1f} times ours{same}")
            if same:
                return [goal(f"{name} and we find the same", met=False)]
        line(f"PostgreSQL, {POSTGRES_METERS:,} meters, counts alone", postgres_ms(AREAS))
        thick = heard(trees, np.random.default_rng(SEED).random(trees.meters, np.float32) < 0.5)
        half = best_of(3, lambda: silence(thick, SLOT, hand))
        line("ours, 50 % silent", half)
    rate = applied_a_second(columns)
    print(f"  readings applied: {rate / MILLION:.1f} million a second")
    return [
        goal(f"bytes a meter {bytes_a_meter(columns):.1f} <= {BYTES}",
             met=bytes_a_meter(columns) <= BYTES),
        goal(f"sweep {best:.1f} ms <= {SWEEP_MS} ms", met=best <= SWEEP_MS),
        goal(f"{ratio:.1f} times faster than DuckDB >= {RATIO}", met=ratio >= RATIO),
        goal(f"half of all silent {half:.0f} ms <= {HALF_MS:.0f} ms", met=half <= HALF_MS),
    ]  # fmt: skip


def explained(millions: list[int], biggest: Trees) -> list[bool]:
    """The judgement of a slot by both trees, from small to large, drawn."""
    print("\njudgement of a slot by both trees, 1 % silent (0.2 % by chance, the rest by faults)")
    taken = []
    for size in millions:
        trees = biggest if size * MILLION == biggest.meters else country(size * MILLION)
        totals = everyone(trees)
        view = seen(trees, totals, night(trees, np.random.default_rng(SEED)))
        memory = blank(trees.head_ends)
        found = judge_slot(view, memory)
        processor = time.process_time()
        took = best_of(3, partial(judge_slot, view, memory))
        processor = (time.process_time() - processor) / 3 * 1000
        taken.append((size, took, processor, len(view.silent), len(found.judgements)))
    for size, took, processor, silent, nodes in taken:
        bar = "█" * max(1, round(BAR * took / taken[-1][1]))
        print(
            f"  {size:3} M {took:8.0f} ms (processor {processor:6.0f})"
            f"  {silent:8,} silent {nodes:7,} nodes  {bar}"
        )
    last = taken[-1][1]
    return [goal(f"judgement {last:.0f} ms <= {EXPLAIN_MS:.0f} ms", met=last <= EXPLAIN_MS)]


def ids() -> list[bool]:
    """A million ids to rows, among ten million."""
    number = np.random.default_rng(SEED).permutation(IDS)
    digits = np.zeros((IDS, 16), np.uint8)
    digits[:, :3] = list(b"SM-")
    for place in range(11, 2, -1):
        digits[:, place] = 48 + number % 10
        number //= 10
    keys = digits.view("S16").ravel()
    index = MeterIndex(keys)
    rows = np.random.default_rng(1).integers(0, IDS, MILLION)
    asked = keys[rows]
    assert np.array_equal(index.rows_of(asked), rows)
    found = best_of(5, lambda: index.rows_of(asked))
    texts = [key.decode() for key in asked.tolist()]
    made = best_of(3, lambda: keys_of(texts))
    print(f"\na million ids to rows among {IDS:,}")
    line("index", found)
    line("keys from a list of strings", made)
    return [goal(f"id look-up {found:.0f} ms <= {IDS_MS:.0f} ms", met=found <= IDS_MS)]


def main(words: list[str]) -> int:
    millions = int(words[0]) if words else 80
    load = os.getloadavg()[0]
    print(f"seed {SEED}; load average {load:.1f} on {os.cpu_count()} processors")
    trees = country(millions * MILLION)
    silent = np.random.default_rng(SEED).random(trees.meters, np.float32) < 0.01
    met = sweeps(trees, silent)
    met += explained(sorted({size for size in (1, 5, 20, millions) if size <= millions}), trees)
    met += ids()
    print(f"load average at the end {os.getloadavg()[0]:.1f}")
    return int(not all(met))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
