"""What power can deliver in a time, and how long an energy takes."""

from konsento.measures.price import STEP_WH

S_IN_AN_HOUR = 3600


def deliverable_wh(power_w_max: int, duration_s: int) -> int:
    """The most energy in whole register steps; power in W, time in s."""
    return power_w_max * duration_s // S_IN_AN_HOUR // STEP_WH * STEP_WH


def shortest_s(energy_wh: int, power_w_max: int) -> int:
    """Seconds, rounded up, that the energy takes at full power."""
    return -(-energy_wh * S_IN_AN_HOUR // power_w_max)
