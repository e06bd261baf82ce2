"""The whole demo in a process of its own, with as many outlets as a benchmark wants.

`python -m benchmarks._demo PORT FOLDER OUTLETS` serves until SIGTERM, on loopback only. Streams
are not counted against their visitor: here one machine plays everybody.
"""

import os
import resource
import sys
from pathlib import Path

import uvloop

from konsento.assembly import town
from konsento.foundation.edge import streams


def enlarge(outlets: int) -> None:
    """The same street, longer. Must come before anything reads the town."""
    first = town.OUTLETS[0]
    town.OUTLETS = tuple(
        town.OutletSeed(
            number=number, voltage_v=200, power_w_max=3_000, register_wh=first.register_wh
        )
        for number in range(1, outlets + 1)
    )
    counted = streams.Closing.__init__.__kwdefaults__ or {}
    counted["per_visitor"] = counted["per_process"]


def main() -> None:
    port, folder, outlets = int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    enlarge(outlets)
    from konsento.assembly.demo.run import DemoOptions, run_demo

    given = {name: value for name, value in os.environ.items() if name.startswith("KONSENTO_")}
    uvloop.run(run_demo(DemoOptions(port=port, folder=folder, environ=given)))


if __name__ == "__main__":
    main()
