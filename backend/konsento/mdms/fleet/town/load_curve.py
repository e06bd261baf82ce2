"""What a meter measures in a slot: a day's curve, a size of its own, and chance that repeats."""

import numpy as np
import numpy.typing as npt

from konsento.mdms.fleet.town.arrays import Energies, Ints, Millis
from konsento.mdms.fleet.town.limits import JST_AHEAD_SLOTS, SLOTS_A_DAY

# fmt: off
DAY_WH = np.array(
    [160, 150, 140, 130, 125, 120, 120, 120, 125, 130, 145, 170, 210, 250, 270, 260, 230, 210,
     200, 195, 190, 190, 195, 205, 215, 205, 195, 190, 185, 185, 190, 200, 220, 250, 290, 330,
     360, 380, 390, 385, 370, 350, 325, 300, 270, 240, 210, 180],
    dtype=np.uint32,
)
# fmt: on
"""Of a household in Japan, about 10 kWh a day, from midnight on; invented, in the usual shape."""
SIZE_1024THS = (250, 1_798)
NOISE_1024THS = (400, 1_648)
"""Of the curve: a meter's own size, and each slot's chance; both are 1 on the average."""


def scrambled(numbers: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Numbers that look drawn, the same ones whenever asked for (a finaliser of splitmix64)."""
    mixed = numbers * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(30)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _between(numbers: npt.NDArray[np.uint64], bounds: tuple[int, int]) -> Millis:
    low, high = bounds
    # The upper half: a product instead of a slow division.
    share = (numbers >> np.uint64(32)) * np.uint64(high - low)
    return (share >> np.uint64(32)).astype(np.int64) + low


def sizes_1024ths(meters: int, seed: int) -> Ints:
    """How much each meter of a town draws against the curve, in 1024ths."""
    numbers = np.arange(meters, dtype=np.uint64) + np.uint64((seed & 0xFFFFFFFF) << 32)
    return _between(scrambled(numbers), SIZE_1024THS).astype(np.int32)


def _noise_1024ths(rows: Ints, slots: Ints) -> npt.NDArray[np.uint32]:
    """Chance of each meter and slot; in 32 bits and in place, since a whole town is asked."""
    mixed = rows.astype(np.uint32) ^ (slots.astype(np.uint32) * np.uint32(0x9E3779B1))
    mixed ^= mixed >> np.uint32(16)
    mixed *= np.uint32(0x85EBCA6B)
    mixed ^= mixed >> np.uint32(13)
    mixed *= np.uint32(0xC2B2AE35)
    mixed >>= np.uint32(16)
    low, high = NOISE_1024THS
    mixed *= np.uint32(high - low)
    mixed >>= np.uint32(16)
    mixed += np.uint32(low)
    return mixed


def energy_wh(rows: Ints, sizes: Ints, slots: Ints) -> Energies:
    """Wh that meters `rows`, each of its size (1024ths), draw when nothing is cut.

    `slots`: one for each row, or a single one for all.
    """
    drawn = _noise_1024ths(rows, slots)
    drawn *= sizes.astype(np.uint32)
    # Under 2**32: 390 Wh, and neither of the others reaches 2.
    drawn *= DAY_WH[(slots + JST_AHEAD_SLOTS) % SLOTS_A_DAY]
    drawn >>= np.uint32(20)
    return drawn.astype(np.int32)
