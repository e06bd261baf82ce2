"""What is believed of an outage, whoever spoke first."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konsento.outage.record.fold import Record, changed, fold, overdue
from konsento.outage.record.said import (
    AreaOut,
    Cause,
    Entry,
    ExpectedAt,
    ExpectedUnknown,
    Facts,
    ResponseStatus,
    Source,
    SwitchOut,
)

TEN = 1_700_000_000_000
MINUTE = 60_000


def entry(
    name: str, source: Source, facts: Facts, *, said_at_ms: int = TEN, author: str = "somebody"
) -> Entry:
    return Entry(
        entry=name, source=source, author=author, said_at_ms=said_at_ms,
        received_at_ms=TEN, facts=facts,
    )  # fmt: skip


def out(area: str, households_out: int, households: int = 100) -> AreaOut:
    return AreaOut(area=area, households_out=households_out, households=households)


ENGINE = entry(
    "engine:1",
    Source.ENGINE,
    Facts(started_at_ms=TEN, places=("T-7",), areas=(out("A", 12), out("B", 3))),
)
SWITCH = entry(
    "da:1",
    Source.DISTRIBUTION_AUTOMATION,
    Facts(switches=(SwitchOut(place="S-2", opened_at_ms=TEN + 7 * MINUTE),)),
)
OFFICE = entry(
    "office:1",
    Source.SALES_OFFICE,
    Facts(
        response_status=ResponseStatus.CREW_SENT,
        cause=Cause.TREE,
        expected=ExpectedUnknown(next_word_at_ms=TEN + 60 * MINUTE),
    ),
)


@pytest.mark.parametrize("order", list(permutations((ENGINE, SWITCH, OFFICE))))
def test_the_record_is_the_same_in_whatever_order_it_was_told(order: tuple[Entry, ...]) -> None:
    record = fold(order)
    assert record.started_at_ms == TEN + 7 * MINUTE  # the switch knows to the second
    assert record.places == ("S-2",)
    assert record.households_out == 15
    assert record.cause is Cause.TREE
    assert record.response_status is ResponseStatus.CREW_SENT
    assert record.expected == ExpectedUnknown(next_word_at_ms=TEN + 60 * MINUTE)


def test_of_one_author_the_last_word_holds_though_it_came_first() -> None:
    first = entry("o:1", Source.SALES_OFFICE, Facts(cause=Cause.WIND), said_at_ms=TEN)
    later = entry("o:2", Source.SALES_OFFICE, Facts(cause=Cause.TREE), said_at_ms=TEN + 1)
    assert fold((later, first)).cause is Cause.TREE


def test_what_an_entry_leaves_out_it_says_nothing_of() -> None:
    later = entry(
        "o:2", Source.SALES_OFFICE, Facts(cause_text="電柱に倒木"), said_at_ms=TEN + MINUTE
    )
    record = fold((OFFICE, later))
    assert record.cause is Cause.TREE
    assert record.cause_text == "電柱に倒木"


def test_two_sections_are_back_when_both_are() -> None:
    def automation(name: str, place: str, *, opened: int | None, restored: int | None) -> Entry:
        switch = SwitchOut(place=place, opened_at_ms=opened, restored_at_ms=restored)
        return entry(name, Source.DISTRIBUTION_AUTOMATION, Facts(switches=(switch,)))

    opened = (
        automation("1", "S-1", opened=TEN, restored=None),
        automation("2", "S-2", opened=TEN + MINUTE, restored=None),
    )
    one_back = (*opened, automation("3", "S-1", opened=None, restored=TEN + 5 * MINUTE))
    both_back = (*one_back, automation("4", "S-2", opened=None, restored=TEN + 9 * MINUTE))
    assert fold(one_back).restored_at_ms is None
    assert fold(one_back).places == ("S-1", "S-2")
    for order in permutations(both_back):
        assert fold(order).started_at_ms == TEN
        assert fold(order).restored_at_ms == TEN + 9 * MINUTE


def test_a_restoration_from_before_the_opening_is_of_an_earlier_cut() -> None:
    switch = SwitchOut(place="S-1", opened_at_ms=TEN, restored_at_ms=TEN - 1)
    record = fold((entry("1", Source.DISTRIBUTION_AUTOMATION, Facts(switches=(switch,))),))
    assert record.restored_at_ms is None


def test_the_most_households_ever_out_are_kept_beside_those_out_now() -> None:
    fewer = entry("engine:2", Source.ENGINE, Facts(areas=(out("A", 2),)), said_at_ms=TEN + MINUTE)
    record = fold((fewer, ENGINE))
    assert record.areas == (out("A", 2),)
    assert record.areas_max == (out("A", 12), out("B", 3))


def test_the_engine_takes_back_what_it_alone_inferred_but_not_what_a_switch_saw() -> None:
    back = entry("engine:9", Source.ENGINE, Facts(retracted=True), said_at_ms=TEN + MINUTE)
    assert fold((ENGINE, back)).retracted
    assert not fold((ENGINE, SWITCH, back)).retracted
    by_office = entry("office:9", Source.SALES_OFFICE, Facts(retracted=True))
    assert fold((ENGINE, SWITCH, by_office)).retracted


def test_a_meter_s_own_word_ends_an_outage_whose_restoration_no_switch_reported() -> None:
    back = entry("engine:3", Source.ENGINE, Facts(restored_at_ms=TEN + 30 * MINUTE))
    assert fold((ENGINE, back)).restored_at_ms == TEN + 30 * MINUTE
    assert fold((ENGINE, SWITCH, back)).restored_at_ms == TEN + 30 * MINUTE


def test_an_estimate_is_overdue_a_quarter_of_an_hour_after_it_and_a_next_word_at_once() -> None:
    at = Record(expected=ExpectedAt(at_ms=TEN))
    assert not overdue(at, TEN + 15 * MINUTE - 1)
    assert overdue(at, TEN + 15 * MINUTE)
    word = Record(expected=ExpectedUnknown(next_word_at_ms=TEN))
    assert not overdue(word, TEN - 1)
    assert overdue(word, TEN)
    assert not overdue(Record(), TEN)
    assert not overdue(Record(expected=ExpectedAt(at_ms=TEN), restored_at_ms=TEN), TEN + 10**9)


def test_what_changed_is_named_field_by_field() -> None:
    assert changed(Record(), Record()) == ()
    assert changed(Record(), Record(cause=Cause.TREE, retracted=True)) == ("cause", "retracted")


INSTANTS = st.integers(TEN, TEN + 100)
ENTRIES = st.lists(
    st.builds(
        entry,
        st.text("abcdef", min_size=1, max_size=6),
        st.sampled_from(Source),
        st.builds(
            Facts,
            started_at_ms=INSTANTS,
            restored_at_ms=INSTANTS | st.none(),
            cause=st.sampled_from(Cause),
            switches=st.lists(
                st.builds(
                    SwitchOut,
                    place=st.sampled_from(["S-1", "S-2"]),
                    opened_at_ms=INSTANTS | st.none(),
                    restored_at_ms=INSTANTS | st.none(),
                ),
                max_size=2,
                unique_by=lambda switch: switch.place,
            ).map(tuple),
            retracted=st.booleans(),
        ),
        said_at_ms=INSTANTS,
    ),
    max_size=6,
    unique_by=lambda made: made.entry,
)


@given(ENTRIES, st.randoms(use_true_random=False))
def test_no_order_of_arrival_changes_the_record(entries: list[Entry], chance: object) -> None:
    shuffled = entries.copy()
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fold(shuffled) == fold(entries)


def checked(minutes: int, found: bool, *places: str) -> Entry:
    facts = Facts(checked=found, checked_places=places) if places else Facts(checked=found)
    return entry(f"e:{minutes}", Source.ENGINE, facts, said_at_ms=TEN + minutes * MINUTE)


def opened(name: str, place: str, minutes: int) -> Entry:
    switch = SwitchOut(place=place, opened_at_ms=TEN + minutes * MINUTE)
    return entry(name, Source.DISTRIBUTION_AUTOMATION, Facts(switches=(switch,)))


def test_each_opening_of_a_switch_is_borne_out_by_itself() -> None:
    first, later = opened("da:1", "S-1", 0), opened("da:2", "S-2", 20)
    alone = fold([first, later, checked(6, True, "S-1")])
    assert (alone.verified, alone.borne_out, alone.doubted) == (True, ("S-1",), ())
    both = fold([first, later, checked(6, True, "S-1"), checked(26, False, "S-2")])
    assert (both.verified, both.borne_out, both.doubted) == (True, ("S-1",), ("S-2",))
    again = fold([opened("da:3", "S-1", 30), checked(6, True, "S-1")])
    assert (again.verified, again.borne_out) == (True, ())


def test_a_check_that_names_no_place_is_of_all_that_were_open() -> None:
    words = [opened("da:1", "S-1", 0), opened("da:2", "S-2", 1), opened("da:3", "S-3", 9)]
    assert fold([*words, checked(8, True)]).borne_out == ("S-1", "S-2")


def test_an_office_knows_of_the_switches_that_were_open_when_it_spoke() -> None:
    office = entry("o:1", Source.SALES_OFFICE, Facts(cause=Cause.TREE), said_at_ms=TEN + MINUTE)
    words = [opened("da:1", "S-1", 0), opened("da:2", "S-2", 2)]
    assert fold([*words, office]).borne_out == ("S-1",)
