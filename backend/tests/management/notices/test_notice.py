"""What is worth telling of a session as it stands, and for how long it is news."""

import msgspec
import pytest

from konsento.management.charging.record import Session
from konsento.management.charging.session import Patience, Reason, RestBecause, State
from konsento.management.notices.notice import (
    TTL_S,
    URGENCY,
    Kind,
    cut_off,
    idle,
    left_s,
    link_back,
    link_lost,
    never_began,
    not_drawing,
    paused,
    power_back,
    power_lost,
    settled,
    still_holds,
    trial,
)

NOW_MS = 1_795_219_200_000
SESSION = Session(
    id="s1", request_number="r1", visitor="v1", code="c1", outlet="o1", state=State.CHARGING,
    chosen_by="energy", energy_wh_max=5_000, duration_s_max=None, counted_from="switch_on",
    power_type="solar", retailer_id="harukaze", created_at_ms=NOW_MS, used_wh=1_490,
    deadline_ms=NOW_MS + 120_000,
)  # fmt: skip


# Of its ten minutes eight are over.
SILENT = Patience(link_within_ms=600_000, link_told_after_ms=60_000)


def at(state: State, **facts: object) -> Session:
    return msgspec.structs.replace(SESSION, state=state, **facts)


@pytest.mark.parametrize("state", list(State))
def test_each_news_holds_in_its_own_state_only(state: State) -> None:
    session = at(state, reason=Reason.POWER_LOST, dark_since_ms=NOW_MS)
    told = {
        judge.__name__
        for judge in (not_drawing, idle, paused, cut_off, never_began, power_lost, power_back)
        if judge(session, NOW_MS)
    } | ({"link_lost"} if link_lost(session, NOW_MS, patience=SILENT) else set())
    expected = {
        State.CHARGING: {"not_drawing"}, State.IDLE: {"idle"}, State.PAUSED: {"paused"},
        State.LINK_LOST: {"link_lost"}, State.INTERRUPTED: {"power_lost"},
        State.SETTLING: {"cut_off"},
        State.START_FAILED: {"never_began"}, State.CANCELLED: {"never_began"},
    }  # fmt: skip
    assert told == expected.get(state, set())


def test_a_pause_after_an_outage_is_told_as_power_that_is_back() -> None:
    rests = at(State.PAUSED, rest_because=RestBecause.POWER_LOST, pause=2)
    assert paused(rests, NOW_MS) is None
    told = power_back(rests, NOW_MS)
    assert told is not None
    assert (told.kind, told.occasion, told.until_ms) == (Kind.POWER_BACK, "2", rests.deadline_ms)
    assert still_holds(told, rests)
    assert not still_holds(told, at(State.RESUMING, rest_because=RestBecause.POWER_LOST, pause=2))


def test_an_outage_is_told_once_with_whose_it_is_and_not_when_it_is_over() -> None:
    dark = at(State.INTERRUPTED, dark_since_ms=NOW_MS, dark_because="area")
    told = power_lost(dark, NOW_MS + 5)
    assert told is not None
    assert (told.reason, told.occasion) == ("area", str(NOW_MS))
    assert still_holds(told, at(State.INTERRUPTED, dark_since_ms=NOW_MS, dark_because="outlet"))
    assert not still_holds(told, at(State.INTERRUPTED, dark_since_ms=NOW_MS + 1))
    assert not still_holds(told, at(State.STOPPING, dark_since_ms=NOW_MS))


def test_what_no_change_makes_untrue_holds_for_as_long_as_it_is_news() -> None:
    told = never_began(at(State.START_FAILED), NOW_MS)
    assert told is not None
    assert still_holds(told, SESSION)


@pytest.mark.parametrize(("lost_s", "told"), [(0, False), (59, False), (60, True), (300, True)])
def test_a_lost_link_is_no_news_while_it_may_be_a_blink(lost_s: int, told: bool) -> None:
    session = at(State.LINK_LOST, deadline_ms=NOW_MS + SILENT.link_within_ms)
    notice = link_lost(session, NOW_MS + lost_s * 1_000, patience=SILENT)
    assert (notice is not None) is told
    assert notice is None or notice.until_ms == session.deadline_ms


def test_a_link_that_is_back_is_told_to_who_was_told_of_its_loss_last() -> None:
    lost = link_lost(at(State.LINK_LOST), NOW_MS, patience=SILENT)
    assert lost is not None
    back = link_back(at(State.CHARGING), NOW_MS, lost)
    assert back is not None
    assert (back.tag, back.occasion) == (lost.tag, lost.occasion)
    assert link_back(at(State.IDLE), NOW_MS, lost) is None
    assert link_back(at(State.CHARGING), NOW_MS, None) is None
    assert link_back(at(State.CHARGING), NOW_MS, back) is None


def test_who_draws_power_is_not_told_otherwise() -> None:
    assert not_drawing(at(State.CHARGING, drew=True), NOW_MS) is None


def test_the_energy_so_far_tells_two_pauses_apart() -> None:
    pause, same = idle(at(State.IDLE), NOW_MS), idle(at(State.IDLE, sequence=9), NOW_MS + 5)
    later = idle(at(State.IDLE, used_wh=1_500), NOW_MS)
    assert None not in {pause, same, later}
    assert getattr(pause, "occasion", 1) == getattr(same, "occasion", 2)
    assert getattr(pause, "occasion", 1) != getattr(later, "occasion", 1)


@pytest.mark.parametrize("reason", list(Reason))
def test_the_bill_tells_an_end_that_nobody_chose_from_one_that_was_chosen(reason: Reason) -> None:
    session = at(State.SETTLED, reason=reason)
    told = settled(session, NOW_MS, price_yen=62, waived_yen=0, unpaid_yen=0)
    nobodys = {Reason.OPERATOR, Reason.LINK_LOST, Reason.POWER_LOST, Reason.START_FAILED}
    assert told.kind is (Kind.INTERRUPTED if reason in nobodys else Kind.DONE)
    nothing = msgspec.structs.replace(session, used_wh=0)
    never = settled(nothing, NOW_MS, price_yen=0, waived_yen=0, unpaid_yen=0)
    assert (never.kind is Kind.START_FAILED) is (reason is Reason.START_FAILED)


def test_every_kind_has_its_time_and_its_urgency() -> None:
    assert set(TTL_S) == set(URGENCY) == set(Kind)


def test_news_ends_with_its_time_or_with_what_the_house_does_by_itself() -> None:
    pause = idle(at(State.IDLE), NOW_MS)
    assert pause is not None
    assert left_s(pause, NOW_MS) == 120
    assert left_s(pause, NOW_MS + 120_000) == 0
    assert left_s(trial("v1", "x", NOW_MS), NOW_MS + 299_000) == 1
