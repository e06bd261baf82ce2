"""A process that ends right after something went wrong with its database (see test_endings)."""

import asyncio
import contextlib
import sqlite3
import sys
from pathlib import Path

from konsento.foundation.clock import SystemClock
from konsento.foundation.database import DatabaseBusy, RowRefused
from tests.foundation.shelf import SHELF, STEPS, Label, put


async def main(ending: str, folder: Path) -> None:
    path = folder / "shelf.sqlite"
    await SHELF.open(str(path), wait_s=0.2)
    await SHELF.migrate(STEPS, SystemClock().now_ms())
    if ending == "a failed commit":
        with contextlib.suppress(RowRefused):
            async with SHELF.writing():
                await Label.insert(Label(id="1", jar="none"))
    elif ending == "a failed begin":
        foreigner = sqlite3.connect(path, isolation_level=None)
        foreigner.execute("BEGIN IMMEDIATE")
        with contextlib.suppress(DatabaseBusy):
            await put("plum")
    sys.stdout.write("the end\n")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
