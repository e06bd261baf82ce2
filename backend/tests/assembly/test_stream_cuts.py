"""A stream cut in mid-word while its session is written on resumes without gap or repeat."""

import asyncio
from typing import Any

import msgspec

from tests.management.charges import charging
from tests.management.world import World
from tests.town import CAR, MINUTE_MS, Driver, Json

BYTES_BEFORE_A_CUT = 2_111  # about an event: nearly every cut falls into one
BYTES_MORE_EACH_TIME = 611


class Listener:
    """A browser's EventSource over a line that is cut again and again."""

    def __init__(self, house: World, driver: Driver, session: Json) -> None:
        self._house = house
        self._path = f"/api/sessions/{session['session_id']}/events"
        self._cookie = "; ".join(f"{c.name}={c.value}" for c in driver.phone.cookies.jar)
        self.last_id = 0
        self.connections = 0
        self.views: list[Json] = []

    @property
    def samples(self) -> list[Any]:
        return [sample for view in self.views for sample in view["samples"]]

    async def listen(self, *, cut_after: int | None) -> bool:
        """One connection, to its end or to the cut; whole events are kept, as a browser does.

        True when it was cut.
        """
        self.connections += 1
        gone, over = asyncio.Event(), asyncio.Event()
        heard = bytearray()

        async def receive() -> Any:
            await over.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            if gone.is_set():
                raise OSError("nobody listens any more")
            heard.extend(message.get("body", b""))
            if cut_after is not None and len(heard) >= cut_after:
                del heard[cut_after:]
                gone.set()
            if gone.is_set() or not message.get("more_body", True):
                over.set()

        await self._house.doors(self._scope(), receive, send)
        for block in bytes(heard).decode("utf-8", "ignore").split("\n\n")[:-1]:
            fields = dict(
                line.split(": ", 1) for line in block.splitlines() if not line.startswith(":")
            )
            if fields.get("event") == "session":
                self.views.append(msgspec.json.decode(fields["data"]))
                self.last_id = int(fields["id"])
        return gone.is_set()

    def _scope(self) -> Any:
        headers = {
            "host": "konsento.test", "cookie": self._cookie, "accept": "text/event-stream",
            "last-event-id": str(self.last_id),
        }  # fmt: skip
        return {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
            "scheme": "https", "path": self._path, "raw_path": self._path.encode(),
            "query_string": b"", "root_path": "", "client": ("192.0.2.1", 1), "state": {},
            "server": ("konsento.test", 443),
            "headers": [(k.encode(), v.encode()) for k, v in headers.items()],
        }  # fmt: skip


async def test_cut_in_mid_word_while_it_is_written_on_it_goes_on_without_gap_or_repeat(
    house: World, driver: Driver
) -> None:
    await house.do(CAR, "plug_car")
    session = await charging(house, driver, energy_wh=1_300)
    listener = Listener(house, driver, session)
    async with asyncio.TaskGroup() as group:
        group.create_task(house.let_pass(35 * MINUTE_MS))
        cut_after = BYTES_BEFORE_A_CUT
        while await listener.listen(cut_after=cut_after):
            cut_after += BYTES_MORE_EACH_TIME
    await listener.listen(cut_after=None)
    whole = await driver.sees(session)
    assert listener.connections > 8
    assert listener.samples == whole["samples"]
    assert len(whole["samples"]) > 40
    sequences = [view["sequence"] for view in listener.views]
    assert sequences == sorted(set(sequences))
    assert (listener.views[-1]["state"], whole["state"]) == ("settled", "settled")
    assert house.house.closing.open_streams == 0
