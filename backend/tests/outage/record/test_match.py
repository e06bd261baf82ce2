"""Which outage an entry speaks of."""

from konsento.outage.record.match import (
    CHILD_WITHIN_MS,
    LEEWAY_MS,
    Known,
    Match,
    Path,
    Told,
    contains,
    match,
)

TEN = 1_700_000_000_000
MINUTE = 60_000
FEEDER: Path = ("F-1",)
SECTION: Path = ("F-1", "S-1")
OTHER_SECTION: Path = ("F-1", "S-2")
TRANSFORMER: Path = ("F-1", "S-1", "T-1")
SECOND: Path = ("F-1", "S-1", "T-2")


def known(outage: str, *paths: Path, **more: object) -> Known:
    given = {
        "opened_at_ms": TEN,
        "areas": frozenset(),
        "started_at_ms": TEN,
        "restored_at_ms": None,
    }
    return Known(outage=outage, paths=paths, **{**given, **more})  # type: ignore[arg-type]


def told(*paths: Path, **more: object) -> Told:
    given = {"areas": frozenset(), "started_at_ms": TEN}
    return Told(paths=paths, **{**given, **more})  # type: ignore[arg-type]


def test_a_place_contains_itself_and_what_hangs_under_it() -> None:
    assert contains(FEEDER, TRANSFORMER)
    assert contains(SECTION, SECTION)
    assert not contains(SECTION, OTHER_SECTION)
    assert not contains(TRANSFORMER, FEEDER)


def test_a_section_that_opens_over_a_dark_transformer_is_the_same_outage() -> None:
    assert match(told(SECTION), [known("a", TRANSFORMER)]) == Match(outage="a")
    assert match(told(TRANSFORMER), [known("a", SECTION)]) == Match(outage="a")


def test_a_section_unites_the_transformers_under_it_in_the_oldest_record() -> None:
    outages = [known("b", SECOND, opened_at_ms=TEN + 2), known("a", TRANSFORMER)]
    assert match(told(SECTION), outages) == Match(outage="a", absorbs=("b",))


def test_two_transformers_of_one_section_are_two_outages() -> None:
    assert match(told(SECOND), [known("a", TRANSFORMER)]) == Match()


def test_a_transformer_under_a_dark_feeder_has_nothing_to_do_with_its_other_section() -> None:
    outages = [known("a", FEEDER), known("b", OTHER_SECTION, opened_at_ms=TEN + 1)]
    assert match(told(TRANSFORMER), outages) == Match(outage="a")


def test_what_contains_the_place_and_what_only_names_its_area_are_united_by_it() -> None:
    okayama = frozenset({"33101-1"})
    by_area = known("a", areas=okayama)
    section = known("b", SECTION, opened_at_ms=TEN + 1)
    both = match(told(TRANSFORMER, areas=okayama), [by_area, section])
    assert both == Match(outage="a", absorbs=("b",))


def test_an_area_alone_unites_nothing() -> None:
    okayama = frozenset({"33101-1"})
    outages = [
        known("a", TRANSFORMER, areas=okayama),
        known("b", SECOND, areas=okayama, opened_at_ms=TEN + 1),
    ]
    assert match(told(areas=okayama), outages) == Match(outage="a")


def test_the_beginning_may_differ_by_what_a_slot_leaves_open_and_no_more() -> None:
    outage = known("a", SECTION)
    assert match(told(SECTION, started_at_ms=TEN - LEEWAY_MS), [outage]).outage == "a"
    assert match(told(SECTION, started_at_ms=TEN - LEEWAY_MS - 1), [outage]).outage is None


def test_a_cut_after_the_restoration_is_another_outage() -> None:
    over = known("a", SECTION, restored_at_ms=TEN + MINUTE)
    assert match(told(SECTION, started_at_ms=TEN + 2 * MINUTE), [over]) == Match()
    assert match(told(SECTION, started_at_ms=TEN + MINUTE), [over]) == Match(outage="a")


def test_a_restoration_that_overtakes_its_opening_still_meets_it() -> None:
    ended = known("a", SECTION, started_at_ms=None, restored_at_ms=TEN + MINUTE)
    assert match(told(SECTION, started_at_ms=TEN), [ended]).outage == "a"
    assert match(told(SECTION, started_at_ms=TEN + 2 * MINUTE), [ended]).outage is None
    only_end = told(SECTION, started_at_ms=None, restored_at_ms=TEN + MINUTE)
    assert match(only_end, [known("b", SECTION)]).outage == "b"
    too_early = told(SECTION, started_at_ms=None, restored_at_ms=TEN - 1)
    assert match(too_early, [known("b", SECTION)]).outage is None


def test_what_is_still_dark_after_the_feeder_is_back_remained_of_it() -> None:
    back = known("a", FEEDER, restored_at_ms=TEN + 30 * MINUTE)
    dark = told(TRANSFORMER, dark_at_ms=TEN + 60 * MINUTE)
    assert match(dark, [back]) == Match(parent="a")
    much_later = told(TRANSFORMER, dark_at_ms=TEN + 31 * MINUTE + CHILD_WITHIN_MS)
    assert match(much_later, [back]) == Match()


def test_the_office_may_speak_of_an_area_before_any_place_is_known() -> None:
    by_area = known("a", areas=frozenset({"33101-1"}), started_at_ms=None)
    assert match(told(SECTION, areas=frozenset({"33101-1"})), [by_area]).outage == "a"
    assert match(told(SECTION, areas=frozenset({"33101-2"})), [by_area]).outage is None


def test_planned_works_are_not_taken_for_a_fault() -> None:
    works = known("a", SECTION, planned=True)
    assert match(told(SECTION), [works]) == Match()
    assert match(told(SECTION, planned=True), [works]).outage == "a"


def test_who_names_no_time_means_what_is_out_now() -> None:
    over = known("a", SECTION, restored_at_ms=TEN + MINUTE)
    now = told(SECTION, started_at_ms=None)
    assert match(now, [over, known("b", SECTION)]).outage == "b"
    assert match(now, [over]) == Match()
