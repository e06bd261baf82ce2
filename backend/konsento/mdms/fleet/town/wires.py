"""The electrical tree: feeders, their sections, their transformers, and the meters on each."""

from dataclasses import dataclass

import numpy as np

from konsento.mdms.fleet.town.arrays import Chance, Ints

METERS_PER_FEEDER = 1_500
SECTIONS_MIN, SECTIONS_MAX = 3, 6
CROWD_MIN, CROWD_MAX = 6, 14
"""Meters on most transformers."""
LONELY_SHARE = 0.12
LONELY_MAX = 2
"""Out in the fields a transformer feeds one or two."""


@dataclass(frozen=True, eq=False)
class Wires:
    """Each node's parent, by number."""

    transformer_of_meter: Ints
    section_of_transformer: Ints
    feeder_of_section: Ints


def run_lengths(total: int, draw: Ints) -> Ints:
    """As many of the drawn lengths as sum to `total`, the last one cut to fit."""
    ends = np.cumsum(draw)
    count = int(np.searchsorted(ends, total)) + 1
    lengths = draw[:count].astype(np.int32)
    lengths[-1] -= np.int32(int(ends[count - 1]) - total)
    return lengths


def split(total: int, parts: int, chance: Chance) -> Ints:
    """`total` in `parts` runs of about the same length, none empty."""
    share = chance.uniform(0.8, 1.2, parts)
    inner = np.cumsum(share)[:-1] / share.sum() * (total - parts)
    marks = np.concatenate(([0], np.floor(inner), [total - parts])).astype(np.int32)
    return np.diff(marks).astype(np.int32) + np.int32(1)


def labels(lengths: Ints) -> Ints:
    """0 for the first run, 1 for the next, each as often as its run is long."""
    return np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)


def _crowds(meters: int, chance: Chance) -> Ints:
    """How many meters hang on each transformer."""
    draws = meters  # more than enough: each draw is at least one meter
    crowd = chance.integers(CROWD_MIN, CROWD_MAX + 1, draws, dtype=np.int32)
    lonely = chance.integers(1, LONELY_MAX + 1, draws, dtype=np.int32)
    return run_lengths(meters, np.where(chance.random(draws) < LONELY_SHARE, lonely, crowd))


def wired(order: Ints, chance: Chance) -> Wires:
    """Cut the meters, taken in `order`, into transformers, sections and feeders."""
    crowds = _crowds(len(order), chance)
    transformer_of_meter = np.empty(len(order), dtype=np.int32)
    transformer_of_meter[order] = labels(crowds)
    transformers = len(crowds)
    feeders = max(2, round(len(order) / METERS_PER_FEEDER))
    sections_of = chance.integers(SECTIONS_MIN, SECTIONS_MAX + 1, feeders, dtype=np.int32)
    # A feeder's sections lie one after the other, so a run of transformers is a section.
    along = split(transformers, feeders, chance)
    lengths = [
        split(int(length), int(parts), chance)
        for length, parts in zip(along, sections_of, strict=True)
    ]
    return Wires(
        transformer_of_meter=transformer_of_meter,
        section_of_transformer=labels(np.concatenate(lengths).astype(np.int32)),
        feeder_of_section=labels(sections_of),
    )
