"""Which of the silent meters are silent behind a switch that was opened by order (O7).

Only the silent are asked after, once a slot, some thousand at a time: whoever speaks has power,
whatever its switch does. Where the control system cannot tell, nobody is left out.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from konsento.mdms.contract import SWITCHES_MAX
from konsento.outage.limits import SWITCH_QUESTIONS_A_LOOK
from konsento.outage.rounds.asking import Switches
from konsento.outage.topology.register import Register

Rows: TypeAlias = NDArray[np.int32]
NOBODY = np.empty(0, np.int32)


class SwitchedOpen:
    """The answers of the slot that is being judged, by row."""

    def __init__(self) -> None:
        self._asked: Rows = NOBODY
        self.rows: Rows = NOBODY

    def next_slot(self) -> None:
        """A switch may have closed meanwhile."""
        self._asked = self.rows = NOBODY

    async def learn(self, switches: Switches, register: Register, silent: Rows) -> bool:
        """Ask after those of the silent that were not asked after yet; whether any is open."""
        new = np.setdiff1d(silent, self._asked).astype(np.int32)
        opened: list[int] = []
        for begin in range(0, min(len(new), SWITCHES_MAX * SWITCH_QUESTIONS_A_LOOK), SWITCHES_MAX):
            rows = new[begin : begin + SWITCHES_MAX]
            row_of = {register.smid(row): row for row in rows.tolist()}
            found = await switches.open_among(tuple(row_of))
            if found is None:
                break
            self._asked = np.union1d(self._asked, rows).astype(np.int32)
            opened += [row_of[smid] for smid in found if smid in row_of]
        self.rows = np.union1d(self.rows, np.array(opened, np.int32)).astype(np.int32)
        return bool(opened)
