"""A ping proves power when it is answered, and next to nothing when it is not."""

from dataclasses import replace

import numpy as np
import pytest

from konsento.mdms.fleet.town.cuts import NONE, Cuts, Kind
from konsento.mdms.fleet.town.limits import SLOT_MS
from konsento.mdms.fleet.town.ping import (
    ANSWERS,
    NO_POWER,
    POWERED,
    UNKNOWN,
    Pinging,
    PingReply,
    ping,
    ping_all,
)
from tests.mdms.fleet.town.towns import FROM_MS, beneath, one, town

PLAN = town()
AMID = FROM_MS + 60_000
SURE = Pinging(success_percent=100)
LIVED_IN = int(np.flatnonzero(PLAN.stands(AMID) & ~PLAN.vacant)[0])
EVERY_ROW = np.flatnonzero(PLAN.stands(AMID)).astype(np.int32)


def asked(cuts: Cuts, row: int, pinging: Pinging = SURE) -> PingReply:
    return ping(PLAN, cuts, row, AMID, np.random.default_rng(1), pinging)


def test_a_living_meter_says_what_it_draws() -> None:
    reply = asked(NONE, LIVED_IN)
    assert (reply.answer, reply.switch) == ("powered", "closed")
    assert reply.load_w is not None
    assert reply.load_w > 0


def test_a_meter_whose_breaker_is_open_answers_and_draws_nothing() -> None:
    reply = asked(one(Kind.HOUSE_BREAKER, LIVED_IN), LIVED_IN)
    assert (reply.answer, reply.load_w, reply.switch) == ("powered", 0, "closed")
    reply = asked(one(Kind.SERVICE_BREAKER, LIVED_IN), LIVED_IN)
    assert (reply.answer, reply.load_w, reply.switch) == ("powered", 0, "open")


def test_a_dark_meter_and_one_whose_radio_faded_cannot_be_told_apart() -> None:
    assert asked(one(Kind.DROP, LIVED_IN), LIVED_IN).answer == "unknown"
    assert asked(one(Kind.RADIO, LIVED_IN), LIVED_IN).answer == "unknown"


@pytest.mark.parametrize("kind", [Kind.RELAY, Kind.CONCENTRATOR, Kind.HEAD_END])
def test_a_dead_hop_before_the_meter_is_named_as_such(kind: Kind) -> None:
    concentrator = int(PLAN.concentrator_of_relay[PLAN.relay_of_meter[LIVED_IN]])
    node = {
        Kind.RELAY: int(PLAN.relay_of_meter[LIVED_IN]),
        Kind.CONCENTRATOR: concentrator,
        Kind.HEAD_END: int(PLAN.head_end_of_concentrator[concentrator]),
    }[kind]
    assert asked(one(kind, node), LIVED_IN).answer == "communication_failure"


def test_who_is_not_there_is_an_unknown_meter() -> None:
    gone = int(np.flatnonzero(PLAN.in_service_to_ms <= FROM_MS)[0])
    for row in (-1, PLAN.meters, gone):
        assert asked(NONE, row).answer == "unknown_meter"


def test_a_living_meter_answers_as_often_as_the_setting_says() -> None:
    rows = np.tile(EVERY_ROW, 5)
    replies = ping_all(PLAN, NONE, rows, AMID, np.random.default_rng(1), Pinging())
    assert (replies.answer == POWERED).mean() == pytest.approx(0.97, abs=0.01)
    assert set(replies.answer.tolist()) == {POWERED, UNKNOWN}
    assert ((replies.load_w >= 0) == (replies.answer == POWERED)).all()


def test_no_dark_meter_ever_answers_that_it_has_power() -> None:
    cuts = one(Kind.FEEDER, 0)
    replies = ping_all(PLAN, cuts, EVERY_ROW, AMID, np.random.default_rng(1), Pinging())
    dark = np.isin(EVERY_ROW, list(beneath(PLAN, Kind.FEEDER, 0)))
    assert not (replies.answer[dark] == POWERED).any()
    assert not (replies.answer == NO_POWER).any()


def test_no_power_is_known_only_of_a_meter_that_could_gasp() -> None:
    cuts = one(Kind.DROP, LIVED_IN)
    every = Pinging(success_percent=100, gasping_permille=1_000)
    assert asked(cuts, LIVED_IN, every).answer == "no_power"
    assert asked(cuts, LIVED_IN).answer == "unknown"


def test_a_weak_line_loses_pings_as_well() -> None:
    cuts = one(Kind.HEAD_END, 0, loss_permille=500)
    replies = ping_all(PLAN, cuts, EVERY_ROW, AMID, np.random.default_rng(1), SURE)
    lost = replies.answer == ANSWERS.index("communication_failure")
    assert lost.mean() == pytest.approx(0.5, abs=0.05)


def test_a_vacant_meter_without_its_wire_does_not_answer() -> None:
    silent = int(np.flatnonzero(~PLAN.speaks & (PLAN.in_service_to_ms > AMID))[0])
    assert asked(NONE, silent).answer == "unknown"
    wired = replace(PLAN, speaks=np.ones_like(PLAN.speaks))
    there = ping(wired, NONE, silent, AMID + SLOT_MS, np.random.default_rng(1), SURE)
    assert (there.answer, there.load_w) == ("powered", 0)
