"""Ways that lose some of what passes: what falls silent below them is not believed alone."""

from konsento.outage.limits import ATTEMPTS
from tests.outage.small_town import asked, judged, may_be_told, seen, told


def in_vain(silent: str) -> dict[str, str]:
    """What is judged when all of them were asked to the end and none answered."""
    said = " ".join(f"{place}=unknown" for place in silent.split())
    return told(judged(seen(silent, answers=asked(said, ATTEMPTS))))


def test_a_relay_that_loses_readings_speaks_for_none_of_its_meters() -> None:
    assert in_vain("m23 m24 m25") == {"T7": "outage asked_out"}
    assert in_vain("m23 m24 m25 m16") == {
        "m16": "unknown",
        "m23": "unknown",
        "m24": "unknown",
        "m25": "own_premises cannot_tell",
    }


def test_meters_that_only_missed_their_reading_count_as_lost() -> None:
    said = asked("m2=unknown m3=unknown", ATTEMPTS).beside(asked("m8=powered"))
    found = told(judged(seen("m2 m3 m8", answers=said)))
    assert found == {"m2": "unknown", "m3": "unknown", "m8": "read_missed"}


def test_a_concentrator_loses_readings_all_over() -> None:
    assert set(in_vain("m0 m2 m5 m6 m8").values()) == {"own_premises cannot_tell"}
    assert set(in_vain("m0 m2 m5 m6 m8 m10").values()) == {"unknown"}


def test_a_meter_that_says_it_has_no_power_is_believed_on_any_way() -> None:
    said = asked("m2=unknown m8=unknown", ATTEMPTS).beside(asked("m3=no_power"))
    judgement = judged(seen("m2 m3 m8", answers=said))
    assert told(judgement)["m3"] == "own_premises likely"
    assert may_be_told(judgement) == {"m3"}
