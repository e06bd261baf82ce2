"""What the columns of the town are called where functions pass them on."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Ints: TypeAlias = npt.NDArray[np.int32]
"""Rows and nodes; -1 is none."""
Millis: TypeAlias = npt.NDArray[np.int64]
"""Instants (epoch) or durations, in milliseconds."""
Energies: TypeAlias = npt.NDArray[np.int32]
"""Watt-hours."""
Flags: TypeAlias = npt.NDArray[np.bool_]
Bytes: TypeAlias = npt.NDArray[np.uint8]
Reals: TypeAlias = npt.NDArray[np.float64]
"""Kilometres and shares: never money, never energy."""
Texts: TypeAlias = npt.NDArray[np.bytes_]
Chance: TypeAlias = np.random.Generator
