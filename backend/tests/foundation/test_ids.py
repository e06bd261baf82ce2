"""Names cannot be guessed, and can be repeated where a test wants them to be."""

from konsento.foundation.ids import ALPHABET, CountingIds, Ids, SystemIds


def test_a_fresh_name_has_the_stated_form_and_never_comes_back() -> None:
    ids = SystemIds()
    names = {ids.fresh() for _ in range(2_000)}
    assert len(names) == 2_000
    assert all(len(name) == 26 and set(name) <= set(ALPHABET) for name in names)
    assert len(ids.token()) == 52


def test_chance_stays_below_its_bound() -> None:
    for ids in (SystemIds(), CountingIds()):
        assert isinstance(ids, Ids)
        assert {ids.below(3) for _ in range(200)} == {0, 1, 2}


def test_counting_ids_are_the_same_in_every_run() -> None:
    first, second = CountingIds(7), CountingIds(7)
    for _ in range(5):
        assert first.fresh() == second.fresh()
        assert first.below(1_000) == second.below(1_000)
    assert len(first.fresh()) == 26
