"""What hangs on what, and what hung on it before."""

import numpy as np
import pytest

from konsento.outage.topology.totals import counted, moved
from konsento.outage.topology.trees import (
    Change,
    ChangeTooEarly,
    Link,
    ParentUnknown,
    TreesUneven,
    checked,
)
from tests.outage.small_town import METERS, SLOT, TOWN, ints


def test_the_trees_of_a_past_slot_are_those_that_were_valid_then() -> None:
    now = TOWN.changed(Change(SLOT, "relay_of_meter", ints(3, 0), ints(2, 1)))
    now = now.changed(Change(SLOT + 5, "relay_of_meter", ints(3), ints(0)))
    now = now.changed(Change(SLOT + 5, "section_of_transformer", ints(1), ints(1)))
    assert now.at(SLOT + 9) is now
    assert now.relay_of_meter[[0, 3]].tolist() == [1, 0]
    between = now.at(SLOT + 4)
    assert between.relay_of_meter[[0, 3]].tolist() == [1, 2]
    assert between.section_of_transformer[1] == 0
    before = now.at(SLOT - 1)
    assert np.array_equal(before.relay_of_meter, TOWN.relay_of_meter)
    assert np.array_equal(before.section_of_transformer, TOWN.section_of_transformer)


def test_changes_made_at_once_are_those_made_one_after_the_other() -> None:
    changes = (
        Change(SLOT, "relay_of_meter", ints(3, 0), ints(2, 1)),
        Change(SLOT + 1, "section_of_transformer", ints(1), ints(1)),
        Change(SLOT + 5, "relay_of_meter", ints(3, 7), ints(0, 1)),
    )
    singly = TOWN
    for change in changes:
        singly = singly.changed(change)
    at_once = TOWN.changed(*changes)
    for slot in range(SLOT - 1, SLOT + 6):
        one, other = singly.at(slot), at_once.at(slot)
        assert np.array_equal(one.relay_of_meter, other.relay_of_meter)
        assert np.array_equal(one.section_of_transformer, other.section_of_transformer)
    assert TOWN.changed() is TOWN


def test_a_wrong_change_is_refused_though_a_later_one_would_mend_it() -> None:
    wrong = Change(SLOT, "relay_of_meter", ints(3), ints(99))
    with pytest.raises(ParentUnknown, match="parent 99"):
        TOWN.changed(wrong, Change(SLOT + 1, "relay_of_meter", ints(3), ints(0)))


def test_a_change_leaves_the_trees_that_it_was_made_from() -> None:
    TOWN.changed(Change(SLOT, "feeder_of_section", ints(0), ints(1)))
    assert TOWN.feeder_of_section.tolist() == [0, 0, 1, 1]
    assert TOWN.undo == ()


def test_what_is_forgotten_is_no_longer_undone() -> None:
    now = TOWN.changed(Change(SLOT, "relay_of_meter", ints(3), ints(2)))
    assert now.forgetting(SLOT).at(SLOT - 1).relay_of_meter[3] == 2
    assert now.forgetting(SLOT - 1).at(SLOT - 1).relay_of_meter[3] == 1


@pytest.mark.parametrize(
    ("link", "child", "parent"),
    [
        ("transformer_of_meter", 0, 8),
        ("transformer_of_meter", 0, -1),
        ("transformer_of_meter", METERS, 0),
        ("transformer_of_meter", -1, 0),
        ("feeder_of_section", 0, 2),
        ("feed_of_relay", 0, 8),
        ("feed_of_concentrator", 0, -2),
    ],
)
def test_a_parent_or_child_that_does_not_exist_is_refused(
    link: Link, child: int, parent: int
) -> None:
    with pytest.raises(ParentUnknown, match=link):
        TOWN.changed(Change(SLOT, link, ints(child), ints(parent)))


def test_two_parents_from_one_slot_are_refused() -> None:
    with pytest.raises(ParentUnknown, match="two parents"):
        TOWN.changed(Change(SLOT, "relay_of_meter", ints(3, 3), ints(1, 2)))


def test_a_change_before_one_that_was_made_is_refused() -> None:
    now = TOWN.changed(Change(SLOT, "relay_of_meter", ints(3), ints(2)))
    with pytest.raises(ChangeTooEarly):
        now.changed(Change(SLOT - 1, "relay_of_meter", ints(4), ints(2)))


def test_children_without_parents_are_refused() -> None:
    with pytest.raises(TreesUneven):
        TOWN.changed(Change(SLOT, "relay_of_meter", ints(3, 4), ints(2)))


@pytest.mark.parametrize("column", ["relay_of_meter", "feed_of_relay", "feed_of_concentrator"])
def test_columns_of_different_lengths_are_refused(column: str) -> None:
    short = type(TOWN)(**{**vars(TOWN), column: getattr(TOWN, column)[:-1]})
    with pytest.raises(TreesUneven, match=column):
        checked(short)


def test_a_feed_may_be_unknown_but_no_other_parent() -> None:
    assert checked(TOWN).feed_of_concentrator.tolist() == [4, -1]


def test_totals_count_along_both_trees() -> None:
    totals = counted(TOWN, np.ones(METERS, np.bool_))
    assert totals.meters_of_transformer.tolist() == [4, 4, 4, 1, 4, 2, 4, 4]
    assert totals.meters_of_section.tolist() == [8, 5, 6, 8]
    assert totals.meters_of_feeder.tolist() == [13, 14]
    assert totals.meters_of_relay.tolist() == [4, 4, 4, 4, 4, 4, 2, 1]
    assert totals.meters_of_concentrator.tolist() == [14, 13]
    assert totals.meters_of_head_end.tolist() == [27]
    assert totals.meters_of_area.tolist() == [12, 1, 14]
    assert totals.transformers_of_section.tolist() == [2, 2, 2, 2]
    assert totals.sections_of_feeder.tolist() == [2, 2]
    assert totals.concentrators_of_head_end.tolist() == [2]


def test_totals_moved_are_totals_counted_anew() -> None:
    expected = np.ones(METERS, np.bool_)
    expected[[12, 17, 18, 3]] = False
    fewer = moved(counted(TOWN, np.ones(METERS, np.bool_)), TOWN, ints(3, 12, 17, 18), wanted=False)
    anew = counted(TOWN, expected)
    for name, column in vars(anew).items():
        assert np.array_equal(getattr(fewer, name), column), name
    assert fewer.transformers_of_section.tolist() == [2, 1, 1, 2]
    back = moved(fewer, TOWN, ints(3, 12, 17, 18), wanted=True)
    assert back.meters_of_section.tolist() == [8, 5, 6, 8]
