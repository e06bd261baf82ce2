"""The half hours in which meters are read: which one holds an instant, when it begins and ends.

A slot is counted from the epoch; slot 0 is the first half hour of 1970 in UTC. The half hours
of Japan's clocks are the same ones. A reading of a slot is the register at the slot's end.
"""

SLOT_S = 1_800
SLOT_MS = SLOT_S * 1_000


def slot_of(at_ms: int) -> int:
    """The slot that contains the instant; one that begins with it does."""
    return at_ms // SLOT_MS


def start_ms(slot: int) -> int:
    """The first instant of a slot."""
    return slot * SLOT_MS


def end_ms(slot: int) -> int:
    """The first instant after a slot: when its register is read."""
    return (slot + 1) * SLOT_MS


def due_ms(slot: int, grace_ms: int) -> int:
    """When a slot is judged: its readings have had `grace_ms` to come in."""
    return end_ms(slot) + grace_ms
