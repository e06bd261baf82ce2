"""A session's stream: all at first, each measurement once, on from where it broke, to the end."""

import asyncio
from typing import Any

import msgspec

from tests.management.charges import begun, charging
from tests.management.world import World
from tests.town import CAR, MINUTE_MS, Driver, Json

TURNS_MAX = 10_000


class Told:
    """What one stream said, read to its end."""

    def __init__(self, text: str) -> None:
        self.views: list[Json] = []
        self.ids: list[int] = []
        self.goodbye = False
        for block in text.split("\n\n"):
            fields = dict(
                line.split(": ", 1) for line in block.splitlines() if not line.startswith(":")
            )
            if fields.get("event") == "session":
                self.views.append(msgspec.json.decode(fields["data"]))
                self.ids.append(int(fields["id"]))
            self.goodbye = self.goodbye or fields.get("event") == "goodbye"

    @property
    def samples(self) -> list[Any]:
        return [sample for view in self.views for sample in view["samples"]]


async def listen(driver: Driver, session: Json, **headers: str) -> Told:
    """Hear a stream to its end; it ends when the session rests or the server says goodbye."""
    answer = await driver.get(f"/api/sessions/{session['session_id']}/events", **headers)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    return Told(answer.text)


async def heard(house: World, streams: int, *work: Any) -> list[Any]:
    """The results of streams, opened before the work is done beside them."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(each) for each in work[:streams]]
        for _ in range(TURNS_MAX):
            if house.house.closing.open_streams == streams:
                break
            await asyncio.sleep(0)
        for each in work[streams:]:
            await each
    return [task.result() for task in tasks]


async def test_a_stream_tells_all_first_then_each_change_and_ends_when_the_money_rests(
    house: World, driver: Driver
) -> None:
    await house.do(CAR, "plug_car")
    session = await charging(house, driver, energy_wh=1_300)
    await house.let_pass(5 * MINUTE_MS)

    (told,) = await heard(house, 1, listen(driver, session), house.let_pass(25 * MINUTE_MS))
    last = told.views[-1]
    assert (last["state"], last["payment"]["state"]) == ("settled", "captured")
    assert not told.goodbye or last["receipt_ready"]
    assert told.ids == sorted(set(told.ids))
    assert [view["sequence"] for view in told.views] == told.ids
    whole = (await driver.sees(session))["samples"]
    assert told.samples == whole
    assert len(whole) > 40


async def test_a_broken_stream_goes_on_without_gap_or_repeat(house: World, driver: Driver) -> None:
    await house.do(CAR, "plug_car")
    session = await charging(house, driver, energy_wh=1_300)
    samples: list[Any] = []
    last = 0
    for _ in range(3):
        told, = await heard(
            house, 1, listen(driver, session, **{"Last-Event-ID": str(last)}),
            house.let_pass(4 * MINUTE_MS), hang_up(house),
        )  # fmt: skip
        assert told.goodbye
        samples += told.samples
        last = told.ids[-1]
        house.start_anew()
        await house.let_pass(MINUTE_MS)
    told, = await heard(
        house, 1, listen(driver, session, **{"Last-Event-ID": str(last)}),
        house.let_pass(20 * MINUTE_MS),
    )  # fmt: skip
    samples += told.samples
    assert samples == (await driver.sees(session))["samples"]
    assert told.views[-1]["state"] == "settled"


async def hang_up(house: World) -> None:
    """The server says goodbye to whoever listens."""
    house.house.closing.ring()


async def test_two_streams_of_one_person_tell_the_same(house: World, driver: Driver) -> None:
    session = await begun(house, driver)
    both = [listen(driver, session), listen(driver, session)]
    one, other = await heard(house, 2, *both, stop(house, driver, session))
    assert one.views[-1]["state"] == other.views[-1]["state"] == "cancelled"
    assert one.views[-1]["payment"]["state"] == "released"


async def stop(house: World, driver: Driver, session: Json) -> None:
    await driver.wants(session, "stop")
    await house.let_pass(MINUTE_MS)


async def test_a_stream_of_what_rests_ends_at_once_even_when_all_of_it_is_known(
    house: World, driver: Driver
) -> None:
    session = await begun(house, driver)
    await stop(house, driver, session)
    told = await listen(driver, session)
    assert [view["state"] for view in told.views] == ["cancelled"]
    again = await listen(driver, session, **{"Last-Event-ID": str(told.ids[-1])})
    assert again.views == []


async def test_a_last_event_id_that_we_never_gave_begins_anew(house: World, driver: Driver) -> None:
    session = await begun(house, driver)
    await stop(house, driver, session)
    path = f"/api/sessions/{session['session_id']}/events"
    for forged in ("999999999", "9" * 400, "-1", "NaN", "１２", "", "1; DROP TABLE session"):
        given = {b"Last-Event-ID": forged.encode()}
        told = Told((await driver.phone.get(path, headers=given)).text)
        assert len(told.views) == 1, forged


async def test_one_person_may_have_a_few_streams_and_no_more(house: World, driver: Driver) -> None:
    session = await begun(house, driver)

    async def one_too_many() -> None:
        path = f"/api/sessions/{session['session_id']}/events"
        answer = await driver.get(path)
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/problem+json"
        assert int(answer.headers["retry-after"]) >= 1

    streams = [listen(driver, session) for _ in range(8)]
    await heard(house, 8, *streams, one_too_many(), stop(house, driver, session))
    assert house.house.closing.open_streams == 0
