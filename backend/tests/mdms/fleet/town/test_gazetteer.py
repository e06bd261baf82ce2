"""The names are those of the five prefectures of Chūgoku, in Japanese and in English."""

import pytest

from konsento.mdms.fleet.town.gazetteer import districts, municipalities, neighbours


def test_all_107_municipalities_have_districts_with_names_in_both_languages() -> None:
    assert len(municipalities()) == 107
    assert {each.prefecture_en for each in municipalities().values()} == {
        "Tottori", "Shimane", "Okayama", "Hiroshima", "Yamaguchi",
    }  # fmt: skip
    for code, areas in districts().items():
        assert areas
        for area in areas:
            assert area.area.startswith(f"{code}-")
            assert area.municipality_ja == municipalities()[code].municipality_ja
            assert area.district_ja
            assert area.district_en.isascii()


def test_no_two_areas_have_one_code_or_one_name() -> None:
    every = [area for areas in districts().values() for area in areas]
    assert len({area.area for area in every}) == len(every) == 853
    assert len({(area.municipality, area.district_ja) for area in every}) == len(every)


def test_the_neighbours_of_a_municipality_begin_with_itself() -> None:
    near = neighbours("33100")
    assert [each.municipality_ja for each in near[:2]] == ["岡山市", "総社市"]
    assert len(near) == 107
    with pytest.raises(KeyError):
        neighbours("99999")
