"""From a wire that is cut in the town to the words in its mailboxes, through every room between."""

from konsento.foundation.databases import PEOPLE
from konsento.outage.record.say import notice_overdue
from tests.assembly.telling.told_town import SLOT_MS, ToldTown

HOUR_MS = 2 * SLOT_MS


async def test_a_feeder_is_cut_and_mended_and_its_homes_alone_are_told_both(
    town: ToldTown,
) -> None:
    feeder = next(iter(town.feeder_of.values()))
    theirs = [smid for smid, of in town.feeder_of.items() if of == feeder]
    others = [smid for smid, of in town.feeder_of.items() if of != feeder]
    assert len(theirs) > 20
    await town.households.cut("feeder", feeder)
    await town.half_hour()
    told = await town.told(theirs)
    dark = [smid for smid in theirs if told[smid] == ["area"]]
    assert len(dark) >= 0.95 * len(theirs)
    assert all(kinds in ([], ["area"]) for kinds in told.values())
    assert set(map(tuple, (await town.told(others)).values())) <= {()}
    mail = town.came[0]
    assert mail.subject == "停電情報のお知らせ"
    assert mail.text.startswith("停電情報のお知らせ\nお客様のお住まい地域が停電しています。\n")
    for fact in (
        "停電日時：",
        "復旧予定日時：",
        "停電地域・停電戸数：岡山県",
        "対応状況：",
        "停電理由：",
    ):
        assert fact in mail.text
    assert len(town.came) == len(dark)
    await town.households.mend_all()
    await town.half_hour()
    await town.half_hour()
    told = await town.told(dark)
    # The switch is heard to close before the meters are read: until then each is waited for.
    assert set(map(tuple, told.values())) <= {
        ("area", "restored"), ("area", "area_back_yours_silent", "restored"),
    }  # fmt: skip


async def test_a_dead_concentrator_tells_nobody(town: ToldTown) -> None:
    await town.households.cut("concentrator", str(town.plan.concentrator_codes[0]))
    for _ in range(3):
        await town.half_hour()
    assert await town.nobody_was_told()


async def test_the_feeder_is_back_but_one_transformer_is_not(town: ToldTown) -> None:
    smid, feeder = next(iter(town.feeder_of.items()))
    transformer = town.transformer_of[smid]
    await town.households.cut("feeder", feeder)
    await town.households.cut("transformer", transformer)
    await town.half_hour()
    still = [each for each, of in town.transformer_of.items() if of == transformer]
    rest = [each for each, of in town.feeder_of.items() if of == feeder and each not in still]
    dark = [each for each, kinds in (await town.told(rest)).items() if kinds]
    await town.households.mend("feeder", feeder)
    await town.half_hour()
    await town.half_hour()
    back = await town.told(dark)
    assert sum(kinds[-1] == "restored" for kinds in back.values()) >= 0.95 * len(dark)
    told = await town.told(still)
    assert not any("restored" in kinds for kinds in told.values())
    assert any(kinds[-1] in ("area_back_yours_silent", "area") for kinds in told.values())
    await town.households.mend("transformer", transformer)
    await town.half_hour()
    await town.half_hour()
    told = await town.told([each for each in still if told[each]])
    assert {kinds[-1] for kinds in told.values()} == {"restored"}


async def test_late_readings_take_it_back(town: ToldTown) -> None:
    """The radios of a transformer's meters were gone, not their power."""
    smids = town.of_one_transformer(at_least=5)
    theirs = [smid for smid in smids if smid in town.feeder_of]
    for smid in smids:
        await town.households.cut("radio", smid)
    await town.half_hour()
    assert set(map(tuple, (await town.told(theirs)).values())) == {("area",)}
    await town.late_readings(smids)
    for _ in range(2):
        await town.step()
    assert set(map(tuple, (await town.told(theirs)).values())) == {("area", "taken_back")}
    assert "先ほどのお知らせは誤りでした。電気は来ています。" in town.came[-1].text


async def test_the_newest_readings_say_restored_and_what_was_owed_that_it_never_was(
    town: ToldTown,
) -> None:
    """A meter hands in the present half hour first, and minutes later what it owes."""
    smids = town.of_one_transformer(at_least=5)
    theirs = [smid for smid in smids if smid in town.feeder_of]
    for smid in smids:
        await town.households.cut("radio", smid)
    await town.half_hour()
    for smid in smids:
        await town.households.mend("radio", smid)
    for _ in range(2):
        await town.half_hour()
    told = await town.told(theirs)
    assert set(map(tuple, told.values())) == {("area", "restored", "taken_back")}


async def test_still_out_finds_ones_own_breaker_open_and_tells_nobody_else(
    town: ToldTown,
) -> None:
    smid = next(iter(town.feeder_of))
    await town.households.cut("service_breaker", smid)
    await town.half_hour()
    assert await town.nobody_was_told()  # the meter before the breaker speaks as ever
    assert town.teller.outages is not None
    await town.teller.outages.doubt(smid)
    await town.half_hour()
    await town.half_hour()
    assert (await town.told([smid]))[smid] == ["own_confirmed"]
    assert await town.page(smid) == ("own_premises", "confirmed")
    assert "対応状況：屋内" in town.came[0].text
    assert "停電理由：宅内ブレーカが落ちています" in town.came[0].text
    others = await town.told([each for each in town.feeder_of if each != smid])
    assert set(map(tuple, others.values())) == {()}
    await town.half_hour()
    assert await town.page(smid) == ("own_premises", "confirmed")
    await town.households.mend("service_breaker", smid)
    for _ in range(3):
        await town.step()
    assert (await town.told([smid]))[smid] == ["own_confirmed", "restored"]
    assert await town.page(smid) == ("powered", None)


async def test_after_the_feeder_is_back_its_silent_meters_are_asked_and_told_in_minutes(
    town: ToldTown,
) -> None:
    """Their next readings would say it half an hour later."""
    feeder = next(iter(town.feeder_of.values()))
    theirs = [smid for smid, of in town.feeder_of.items() if of == feeder]
    await town.households.cut("feeder", feeder)
    await town.half_hour()
    dark = [smid for smid, kinds in (await town.told(theirs)).items() if kinds == ["area"]]
    await town.households.mend("feeder", feeder)
    for _ in range(4):
        await town.step()
    told = await town.told(dark)
    assert sum(kinds[-1] == "restored" for kinds in told.values()) >= 0.95 * len(dark)
    await town.half_hour()
    await town.half_hour()
    again = await town.told(dark)
    assert {kinds[-1] for kinds in again.values()} == {"restored"}
    assert all(kinds.count("area") == 1 for kinds in again.values())


async def test_planned_works_are_announced_moved_and_cancelled(town: ToldTown) -> None:
    transformer = next(iter(town.transformer_of.values()))
    theirs = [each for each, of in town.transformer_of.items() if of == transformer]
    starts_ms = town.clock.now_ms() + 48 * HOUR_MS
    facts: dict[str, object] = {
        "kind": "planned", "places": [transformer], "started_at_ms": starts_ms,
        "planned_until_ms": starts_ms + HOUR_MS, "cause": "works",
    }  # fmt: skip
    await town.office_says("w-1", facts)
    assert set(map(tuple, (await town.told(theirs)).values())) == {("planned_ahead",)}
    moved = {"started_at_ms": starts_ms + HOUR_MS, "planned_until_ms": starts_ms + 2 * HOUR_MS}
    outage = (await PEOPLE.ask("SELECT thread FROM power_notice LIMIT 1"))[0]["thread"]
    await town.office_says("w-2", facts | moved, outage)
    await town.office_says("w-3", {"retracted": True}, outage)
    told = await town.told(theirs)
    assert set(map(tuple, told.values())) == {
        ("planned_ahead", "planned_moved", "planned_cancelled")
    }
    assert set(map(tuple, (await town.told(town.feeder_of)).values())) == {
        (), ("planned_ahead", "planned_moved", "planned_cancelled"),
    }  # fmt: skip


async def test_an_estimate_and_that_it_passed_are_told(town: ToldTown) -> None:
    smid, feeder = next(iter(town.feeder_of.items()))
    await town.households.cut("feeder", feeder)
    await town.half_hour()
    outage = (await PEOPLE.ask("SELECT thread FROM power_notice LIMIT 1"))[0]["thread"]
    at_ms = town.clock.now_ms() + HOUR_MS // 2
    await town.office_says(
        "o-1",
        {"expected": {"is": "at", "at_ms": at_ms}, "cause": "tree", "response_status": "repairing"},
        outage,
    )
    assert (await town.told([smid]))[smid] == ["area", "expected_changed"]
    await town.half_hour()
    await town.half_hour()
    await notice_overdue(town.clock.now_ms())
    await town.work()
    assert (await town.told([smid]))[smid] == ["area", "expected_changed", "overdue"]
