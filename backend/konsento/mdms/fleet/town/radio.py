"""The communication tree: head-ends, concentrators, relays, and who feeds them."""

from dataclasses import dataclass

import numpy as np

from konsento.mdms.fleet.town.arrays import Chance, Flags, Ints
from konsento.mdms.fleet.town.wires import labels, run_lengths, split

METERS_PER_CONCENTRATOR = 400
METERS_PER_HEAD_END = 40_000
FOLLOWERS_MIN, FOLLOWERS_MAX = 8, 20
DIRECT_SHARE = 0.1
"""Meters near enough to the concentrator to need no relay."""
CONCENTRATOR_BATTERY_SHARE = 0.25
RELAY_BATTERY_SHARE = 0.1


@dataclass(frozen=True, eq=False)
class Radio:
    """Each node's parent, by number; a feed of -1 is a battery, or no device at all."""

    relay_of_meter: Ints
    concentrator_of_relay: Ints
    head_end_of_concentrator: Ints
    feed_of_concentrator: Ints
    feed_of_relay: Ints
    relay_is_direct: Flags


def _relays_within(members: Ints, first_relay: int, own: int, chance: Chance) -> tuple[Ints, int]:
    """A relay for each of a concentrator's meters: `own` for the direct ones, else in runs."""
    relay = np.full(len(members), own, dtype=np.int32)
    far = np.flatnonzero(chance.random(len(members)) >= DIRECT_SHARE)
    if not len(far):
        return relay, first_relay
    draws = chance.integers(FOLLOWERS_MIN, FOLLOWERS_MAX + 1, len(far), dtype=np.int32)
    runs = run_lengths(len(far), draws)
    relay[far] = labels(runs) + np.int32(first_relay)
    return relay, first_relay + len(runs)


def _amid(keys: Ints, values: Ints, count: int) -> Ints:
    """For each key 0..count-1 the value in the middle of its own; -1 for a key without any."""
    order = np.argsort(keys, kind="stable")
    first = np.searchsorted(keys[order], np.arange(count))
    last = np.searchsorted(keys[order], np.arange(count), side="right")
    middle = np.minimum((first + last) // 2, len(keys) - 1)
    return np.where(last > first, values[order[middle]], np.int32(-1)).astype(np.int32)


def connected(order: Ints, transformer_of_meter: Ints, chance: Chance) -> Radio:
    """Cut the meters, taken in `order`, into concentrators and relays.

    The first relays, one per concentrator, are no devices: on them hang its direct meters.
    """
    meters = len(order)
    concentrators = max(2, round(meters / METERS_PER_CONCENTRATOR))
    sizes = split(meters, concentrators, chance)
    relay_of_meter = np.empty(meters, dtype=np.int32)
    parents = [np.arange(concentrators, dtype=np.int32)]
    next_relay = concentrators
    for own, members in enumerate(np.split(order, np.cumsum(sizes)[:-1])):
        first = next_relay
        relay_of_meter[members], next_relay = _relays_within(members, first, own, chance)
        parents.append(np.full(next_relay - first, own, dtype=np.int32))
    concentrator_of_relay = np.concatenate(parents).astype(np.int32)
    relays = len(concentrator_of_relay)
    direct = np.arange(relays) < concentrators
    feed_of_relay = _amid(relay_of_meter[order], transformer_of_meter[order], relays)
    feed_of_relay[direct | (chance.random(relays) < RELAY_BATTERY_SHARE)] = -1
    concentrator_of_meter = concentrator_of_relay[relay_of_meter]
    feed = _amid(concentrator_of_meter[order], transformer_of_meter[order], concentrators)
    feed[chance.random(concentrators) < CONCENTRATOR_BATTERY_SHARE] = -1
    head_ends = max(1, -(-meters // METERS_PER_HEAD_END))
    return Radio(
        relay_of_meter=relay_of_meter,
        concentrator_of_relay=concentrator_of_relay,
        head_end_of_concentrator=labels(split(concentrators, head_ends, chance)),
        feed_of_concentrator=feed,
        feed_of_relay=feed_of_relay,
        relay_is_direct=direct,
    )
