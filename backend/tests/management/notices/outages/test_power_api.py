"""'My power' through its doors: how it is, what was said, still out, and a notice on trial."""

from functools import partial

import msgspec
import pytest
import pytest_asyncio

from konsento.assembly.jobs import handlers
from konsento.assembly.servers import management_app, management_server
from konsento.management.notices.dispatch.carry import Carrier
from konsento.management.notices.dispatch.lane import Lane
from konsento.management.notices.outages.follow import follow_once
from konsento.management.notices.outages.notice import Notice
from konsento.management.notices.outages.power import PastOutage, past_of
from konsento.management.notices.outages.render import render
from konsento.management.notices.outages.told import Kind as Told
from konsento.outage.contract import Cause, ExpectedUnknown, Kind
from tests.management.customers.homes import HARUKAS, METERS, MINORUS, Customer, on
from tests.management.customers.homes import move_in as load_table
from tests.management.notices.outages.outage_room import OutageRoom, view
from tests.management.world import World
from tests.town import HOUR_MS, MINUTE_MS, Json

POWER = "/api/power"


class Town:
    """The house with an outage room, and Haruka at home."""

    def __init__(self, world: World) -> None:
        self.world, self.room = world, OutageRoom()
        self.room.now_ms = world.clock.now_ms()
        teller = msgspec.structs.replace(world.house.teller, outages=self.room.client())
        lane = Lane(
            Carrier(
                clock=world.clock, ids=world.ids, render=partial(render, teller=teller),
                bounced=_nobody, mailer=world.mails, wake=teller.parcels,
            )
        )  # fmt: skip
        world.house = msgspec.structs.replace(world.house, teller=teller, lane=lane)
        world.app = management_app(world.house)
        world.doors = management_server(world.app, world.clock)

    async def work(self) -> None:
        house, clock = self.world.house, self.world.clock
        self.room.now_ms = clock.now_ms()
        await follow_once(house.teller, wait_s=0)
        for _ in range(5):
            await clock.advance(1_000)
            await house.outbox.work_once(handlers(house), clock)
        await house.lane.work_once()


async def _nobody(_: str, __: str) -> None:
    """No mail came back."""


@pytest_asyncio.fixture
async def town(house: World) -> Town:
    await load_table(house.clock.now_ms())
    return Town(house)


@pytest_asyncio.fixture
async def haruka(town: Town) -> Customer:
    return town.world.person_as(Customer)


async def power(someone: Customer) -> Json:
    meters = (await someone.said(await someone.get(POWER)))["meters"]
    assert len(meters) == 1
    found: Json = meters[0]
    return found


async def test_whoever_has_no_meter_sees_none(town: Town, haruka: Customer) -> None:
    said = await haruka.said(await haruka.get(POWER))
    assert said == {"meters": [], "now_ms": town.world.clock.now_ms()}


async def test_a_meter_with_power_says_so_and_until_when_it_was_heard(
    town: Town, haruka: Customer
) -> None:
    registration = await haruka.registers(HARUKAS)
    town.room.meter(HARUKAS.smid, "powered", heard_until_ms=town.room.now_ms)
    mine = await power(haruka)
    assert (mine["registration_id"], mine["judgement"]) == (registration, "powered")
    assert mine["heard_until_ms"] == town.room.now_ms
    assert mine["area"]["en"] == "Hokancho 1, Kita-ku, Okayama, Okayama"
    assert mine["sentence"] == {"ja": "検針", "en": "read"}
    assert (mine["outage"], mine["planned"], mine["told"]) == (None, [], [])
    assert mine["channels"] == {
        "email": None, "email_state": "unset", "push": False, "planned_mail": True,
    }  # fmt: skip


async def test_an_outage_is_shown_with_all_that_is_known_of_it_and_what_was_said(
    town: Town, haruka: Customer
) -> None:
    await haruka.registers(HARUKAS)
    now_ms = town.world.clock.now_ms()
    town.room.meter(HARUKAS.smid, "area", since_ms=now_ms, outage="feeder")
    expected = ExpectedUnknown(now_ms + HOUR_MS)
    town.room.say(view("feeder", now_ms, out=1_240, cause=Cause.TREE, expected=expected))
    await town.work()
    mine = await power(haruka)
    assert mine["judgement"] == "area"
    assert mine["area"]["ja"] == "岡山県岡山市北区奉還町1丁目"
    assert mine["outage"]["households_out"] == 1_240
    assert mine["outage"]["expected"] == {"is": "unknown", "next_word_at_ms": now_ms + HOUR_MS}
    assert (mine["outage"]["kind"], mine["outage"]["scope"]) == ("fault", "area")
    assert not mine["outage"]["waiting_for_meter"]
    told = mine["told"]
    assert [each["kind"] for each in told] == ["area"]
    assert told[0]["words"] == {
        "ja": "地域が停電しています", "en": "The power is out in your area",
    }  # fmt: skip


async def test_the_area_is_back_and_the_meter_is_waited_for(town: Town, haruka: Customer) -> None:
    await haruka.registers(HARUKAS)
    now_ms = town.world.clock.now_ms()
    town.room.meter(HARUKAS.smid, "area", since_ms=now_ms, outage="feeder")
    town.room.say(view("feeder", now_ms))
    await town.work()
    town.room.meter(HARUKAS.smid, "unknown")
    town.room.say(view("feeder", now_ms, restored_at_ms=now_ms + MINUTE_MS))
    await town.work()
    mine = await power(haruka)
    assert mine["outage"]["waiting_for_meter"]
    assert [each["kind"] for each in mine["told"]] == ["area_back_yours_silent", "area"]


async def test_an_outage_that_is_over_keeps_its_line_for_a_day(
    town: Town, haruka: Customer
) -> None:
    await haruka.registers(HARUKAS)
    began_ms = town.world.clock.now_ms()
    town.room.meter(HARUKAS.smid, "area", since_ms=began_ms, outage="feeder")
    town.room.say(view("feeder", began_ms))
    await town.work()
    assert (await power(haruka))["past"] is None
    await town.world.clock.advance(103 * MINUTE_MS)
    back_ms = town.world.clock.now_ms()
    town.room.meter(HARUKAS.smid, "powered", heard_until_ms=began_ms, restored_at_ms=back_ms)
    town.room.say(view("feeder", began_ms, restored_at_ms=back_ms - MINUTE_MS))
    await town.work()
    line = {"outage": "feeder", "since_ms": began_ms, "until_ms": back_ms}
    assert (await power(haruka))["past"] == line
    await town.world.clock.advance(24 * HOUR_MS - MINUTE_MS)
    assert (await power(haruka))["past"] == line
    await town.world.clock.advance(MINUTE_MS)
    assert (await power(haruka))["past"] is None


def test_of_what_is_over_the_last_counts_and_only_with_both_its_ends() -> None:
    def over(at_ms: int, since_ms: int | None, until_ms: int | None) -> Notice:
        return Notice(
            id="n", registration="r", smid=HARUKAS.smid, kind=Told.DIGEST, about=Told.RESTORED,
            thread="t", at_ms=at_ms, since_ms=since_ms, until_ms=until_ms,
        )  # fmt: skip

    known, before = over(9, 5, 8), over(4, 1, 3)
    assert past_of([known, before], 10) == PastOutage(outage="t", since_ms=5, until_ms=8)
    assert past_of([over(9, None, 8), over(9, 8, 8), over(9, 8, None), before], 10) == PastOutage(
        outage="t", since_ms=1, until_ms=3
    )
    other = msgspec.structs.replace(known, about=Told.TAKEN_BACK)
    assert past_of([other], 10) is past_of([], 10) is None


async def test_planned_works_are_shown(town: Town, haruka: Customer) -> None:
    await haruka.registers(HARUKAS)
    now_ms = town.world.clock.now_ms()
    town.room.meter(HARUKAS.smid, "powered", heard_until_ms=now_ms, planned="works")
    works = view(
        "works", now_ms + HOUR_MS, kind=Kind.PLANNED, planned_until_ms=now_ms + 2 * HOUR_MS,
        cause_text="電線の張り替え",
    )  # fmt: skip
    town.room.say(works)
    assert (await power(haruka))["planned"] == [
        {
            "outage": "works", "starts_at_ms": now_ms + HOUR_MS,
            "until_ms": now_ms + 2 * HOUR_MS, "cause_text": "電線の張り替え",
        }
    ]  # fmt: skip


async def test_a_room_that_does_not_answer_is_never_shown_as_power(
    town: Town, haruka: Customer
) -> None:
    await haruka.registers(HARUKAS)
    town.room.fails = True
    mine = await power(haruka)
    assert (mine["judgement"], mine["stale"]) == ("no_answer", True)


async def test_a_meter_that_the_room_does_not_know_is_not_shown_as_power(
    town: Town, haruka: Customer
) -> None:
    await haruka.registers(HARUKAS)
    assert (await power(haruka))["judgement"] == "no_answer"


async def test_still_out_has_the_meter_asked_and_is_remembered(
    town: Town, haruka: Customer
) -> None:
    registration = await haruka.registers(HARUKAS)
    town.room.meter(HARUKAS.smid, "powered", heard_until_ms=town.room.now_ms)
    answer = await haruka.post(f"{POWER}/{registration}/still-out")
    assert answer.status_code == 202
    assert town.room.doubted == [HARUKAS.smid]
    assert (await power(haruka))["still_out_at_ms"] == town.world.clock.now_ms()


async def test_still_out_is_not_promised_where_nobody_can_be_asked(
    town: Town, haruka: Customer
) -> None:
    registration = await haruka.registers(HARUKAS)
    town.room.fails = True
    answer = await haruka.post(f"{POWER}/{registration}/still-out")
    assert answer.status_code == 503
    assert answer.json()["type"].endswith("outages-unknown")


async def test_still_out_may_be_said_so_often_and_no_oftener(town: Town, haruka: Customer) -> None:
    registration = await haruka.registers(HARUKAS)
    town.room.meter(HARUKAS.smid, "powered")
    said = [(await haruka.post(f"{POWER}/{registration}/still-out")).status_code for _ in range(10)]
    assert said.count(202) == 6
    assert set(said[6:]) == {429}


@pytest.mark.parametrize("door", ["still-out", "test"])
async def test_another_persons_registration_does_not_exist(
    town: Town, haruka: Customer, door: str
) -> None:
    registration = await haruka.registers(HARUKAS)
    stranger = town.world.person_as(Customer, "192.0.2.9")
    theirs = await stranger.post(f"{POWER}/{registration}/{door}")
    none = await stranger.post(f"{POWER}/nobodys/{door}")
    assert theirs.status_code == none.status_code == 404
    assert theirs.content == none.content
    assert town.room.doubted == []


async def test_a_trial_goes_to_the_confirmed_address_and_says_that_it_is_one(
    town: Town, haruka: Customer
) -> None:
    registration = await haruka.registers(HARUKAS, email="haruka@example.jp")
    await on(town.world, registration)
    assert (await haruka.post(f"{POWER}/{registration}/test")).status_code == 202
    await town.work()
    mail = next(each for each in town.world.mails.mails if each.tag.startswith("power:trial"))
    assert mail.to == "haruka@example.jp"
    assert "停電ではありません" in mail.text
    assert [each["kind"] for each in (await power(haruka))["told"]] == ["trial"]


async def test_a_link_to_confirm_is_mailed_and_opens(town: Town, haruka: Customer) -> None:
    registration = await haruka.registers(HARUKAS, email="haruka@example.jp")
    await town.work()
    mail = town.world.mails.mails[0]
    assert (mail.to, mail.subject) == ("haruka@example.jp", "メールアドレスの確認")
    for secret in (HARUKAS.smid, HARUKAS.customer_number, HARUKAS.address):
        assert secret not in mail.text
    token = mail.text.partition("/mail/confirm#")[2].split()[0]
    said = await haruka.said(await haruka.post("/api/mail/confirm", {"token": token}))
    assert said == {"registration_id": registration}
    assert (await power(haruka))["channels"]["email_state"] == "on"


async def test_those_registered_before_are_told_of_somebody_new_and_the_new_one_is_not(
    town: Town, haruka: Customer
) -> None:
    registration = await haruka.registers(HARUKAS, email="haruka@example.jp")
    await on(town.world, registration)
    newcomer = town.world.person_as(Customer, "192.0.2.7")
    await newcomer.registers(HARUKAS)
    await town.work()
    assert "新しい登録がありました" in town.world.mails.mails[0].subject
    assert [each["kind"] for each in (await power(haruka))["told"]] == ["new_registrant"]
    assert (await power(newcomer))["told"] == []


async def test_a_registration_that_ended_is_shown_no_more(town: Town, haruka: Customer) -> None:
    registration = await haruka.registers(MINORUS)
    await haruka.delete(f"{METERS}/{registration}")
    assert (await haruka.said(await haruka.get(POWER)))["meters"] == []
