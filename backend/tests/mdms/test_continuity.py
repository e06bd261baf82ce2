"""Continuity check, loopback and link trace, as far as they are rules."""

import pytest

from konsento.mdms.continuity import (
    HOPS,
    Heard,
    HopName,
    broken_before,
    is_silent,
    link_state,
    missed_after,
    power_is_lost,
    trace,
    wants_rdi,
)
from konsento.mdms.limits import MISSED_MAX, UNDER_WAY_MS

NOW_MS = 1_000_000


def test_a_link_is_lost_after_the_third_missed_check_in_a_row() -> None:
    missed, states = 0, []
    for answered in (False, False, True, False, False, False, False):
        missed = missed_after(missed, answered=answered)
        states.append(link_state(NOW_MS, missed, NOW_MS, 15_000))
    assert states == ["up", "up", "up", "up", "up", "lost", "lost"]
    assert missed == MISSED_MAX


def test_nobody_checking_makes_a_link_unknown_not_lost() -> None:
    assert link_state(None, 0, NOW_MS, 15_000) == "unknown"
    assert link_state(NOW_MS - 30_001, 0, NOW_MS, 15_000) == "unknown"
    assert link_state(NOW_MS - 30_000, 0, NOW_MS, 15_000) == "up"


def test_the_remote_defect_is_indicated_from_the_moment_the_link_is_lost() -> None:
    assert [wants_rdi(missed) for missed in range(5)] == [False, False, False, True, True]


@pytest.mark.parametrize(
    ("heard", "lost"),
    [
        (Heard(smid="m", answered=False), False),
        (Heard(smid="m", answered=False, last_gasp_at_ms=NOW_MS - UNDER_WAY_MS - 1), False),
        (Heard(smid="m", answered=False, last_gasp_at_ms=NOW_MS - UNDER_WAY_MS), True),
        (Heard(smid="m", answered=False, last_gasp_at_ms=NOW_MS + 1), True),
        (Heard(smid="m", answered=True, last_gasp_at_ms=NOW_MS + 1), False),
    ],
)
def test_a_last_gasp_counts_until_the_meter_is_heard_again(heard: Heard, lost: bool) -> None:
    """Also one that came while the meter's last answer was under way."""
    assert power_is_lost(heard, NOW_MS) is lost


def test_silence_in_use_is_a_matter_of_time() -> None:
    assert not is_silent(NOW_MS - 14_999, NOW_MS, 15_000)
    assert is_silent(NOW_MS - 15_000, NOW_MS, 15_000)


@pytest.mark.parametrize("broken", [*HOPS, None])
def test_a_trace_names_the_hop_before_which_the_way_is_broken(broken: HopName | None) -> None:
    reached = HOPS if broken is None else HOPS[: HOPS.index(broken)]
    hops = trace({hop: hop in reached for hop in HOPS})
    assert [hop.name for hop in hops] == list(HOPS)
    assert broken_before(hops) == broken


def test_a_trace_says_how_long_a_hop_took_only_if_it_answered() -> None:
    hops = trace({"head_end": True, "concentrator": False}, {"head_end": 12, "concentrator": 30})
    assert [hop.round_trip_ms for hop in hops] == [12, None, None, None]
