"""The utility's tables become a register, whole or not at all."""

import pytest

from konsento.outage.slots import slot_of
from konsento.outage.topology.csv_tables import WRONG_SHOWN, TablesRefused
from konsento.outage.topology.register import Register, Tables, register_of

AREAS = """\
area,prefecture_ja,municipality_ja,district_ja,prefecture_en,municipality_en,district_en
33101-1,岡山県,岡山市,駅元町,Okayama,Okayama,Ekimotomachi
33101-2,岡山県,岡山市,奉還町,Okayama,Okayama,Hokancho
"""
NODES = """\
node,kind,parent,fed_by,valid_from,valid_to
F-1,feeder,,,,
S-1,section,F-1,,,
S-2,section,F-1,,,
T-1,transformer,S-1,,,
T-2,transformer,S-2,,,2026-04-01T00:00:00+09:00
T-2,transformer,S-1,,2026-04-01T00:00:00+09:00,
H-1,head_end,,,,
C-1,concentrator,H-1,T-1,,
R-1,relay,C-1,,,
"""
METERS = """\
smid,transformer,relay,area,in_service_from,in_service_to,vacant,valid_from
SM-33-1012,T-1,R-1,33101-1,,,0,
SM-33-1013,T-1,C-1,33101-1,,,1,
SM-33-1014,T-2,R-1,33101-2,2026-01-01T00:00:00Z,2026-12-01T00:00:00Z,,
SM-33-1014,T-1,C-1,33101-2,,,,2026-06-01T00:00:00Z
"""
MARCH, MAY, JULY = (1_772_323_200_000, 1_777_593_600_000, 1_782_864_000_000)


def register(areas: str = AREAS, nodes: str = NODES, meters: str = METERS) -> Register:
    return register_of(Tables(areas, nodes, meters))


def refusal(**tables: str) -> list[tuple[str, int, str]]:
    with pytest.raises(TablesRefused) as refused:
        register(**tables)
    return [(each["table"], each["line"], each["reason"]) for each in refused.value.more["wrong"]]


def test_names_become_numbers_in_the_order_in_which_they_stand() -> None:
    read = register()
    assert [read.row_of(smid) for smid in ("SM-33-1012", "SM-33-1014", "SM-33-9999")] == [
        0,
        2,
        None,
    ]
    assert read.smid(1) == "SM-33-1013"
    assert read.nodes.names["section"] == ["S-1", "S-2"]
    assert read.trees.feed_of_concentrator.tolist() == [0]


def test_a_place_is_named_by_its_path_from_the_feeder_down() -> None:
    read = register()
    assert read.path("F-1") == ("F-1",)
    assert read.path("T-1") == ("F-1", "S-1", "T-1")
    assert read.path("SM-33-1012") == ("F-1", "S-1", "T-1", "SM-33-1012")
    assert read.path("R-1") is None
    assert read.path("nowhere") is None


def test_areas_and_meters_under_a_place() -> None:
    read = register()
    assert read.areas_under("F-1") == {"33101-1", "33101-2"}
    assert read.rows_under("T-1").tolist() == [0, 1, 2]
    assert read.rows_under("S-2").tolist() == []
    assert read.rows_under("SM-33-1013").tolist() == [1]
    assert read.rows_under("nowhere").tolist() == []
    assert read.has_area("33101-2")
    assert not read.has_area("33101-3")


def test_the_trees_are_as_they_were_in_the_slot_asked_for() -> None:
    trees = register().trees
    assert trees.at(slot_of(MARCH)).section_of_transformer.tolist() == [0, 1]
    assert trees.at(slot_of(MAY)).section_of_transformer.tolist() == [0, 0]
    assert trees.at(slot_of(MAY)).transformer_of_meter.tolist() == [0, 0, 1]
    assert trees.at(slot_of(JULY)).transformer_of_meter.tolist() == [0, 0, 0]


def test_a_meter_that_needs_no_relay_hangs_on_its_concentrator_directly() -> None:
    trees = register().trees
    assert trees.relay_is_direct.tolist() == [False, True]
    assert trees.at(slot_of(MAY)).relay_of_meter.tolist() == [0, 1, 0]
    assert trees.at(slot_of(JULY)).relay_of_meter.tolist() == [0, 1, 1]
    assert trees.concentrator_of_relay.tolist() == [0, 0]


def test_who_is_vacant_or_not_in_service_does_not_count() -> None:
    read = register()
    assert read.serving(slot_of(MARCH)).tolist() == [True, False, True]
    assert read.serving(slot_of(MARCH) + 400 * 48).tolist() == [True, False, False]
    assert read.serving(slot_of(MARCH) - 100 * 48).tolist() == [True, False, False]


def test_columns_may_stand_in_any_order_and_after_a_byte_order_mark() -> None:
    swapped = "\ufeffkind,node,parent,fed_by,valid_to,valid_from\r\n" + "".join(
        f"{kind},{node},{parent},{fed},{till},{since}\r\n"
        for node, kind, parent, fed, since, till in (
            line.split(",") for line in NODES.splitlines()[1:]
        )
    )
    assert register(nodes=swapped).nodes.names == register().nodes.names


@pytest.mark.parametrize(
    ("line", "number", "said"),
    [
        ("S-9,section,F-9,,,", 11, "orphan: there is no F-9"),
        ("S-9,section,,,,", 11, "orphan: a section hangs on a feeder"),
        ("S-9,section,S-9,,,", 11, "hangs on itself: S-9 > S-9"),
        ("S-9,section,T-1,,,", 11, "which is a transformer and not a feeder"),
        ("F-9,feeder,F-1,,,", 11, "a feeder hangs on nothing"),
        ("X-9,pole,F-1,,,", 11, "kind: pole is none of"),
        ("S-1,section,F-1,,,", 11, "hangs on two at one time: see line 3"),
        ("R-1,section,F-1,,,", 11, "R-1 is a relay in line 10, and here a section"),
        ("R-9,relay,C-1,S-1,,", 11, "fed_by: S-1 is no transformer"),
        ("S-9,section,F-1,T-1,,", 11, "fed_by: says nothing of a section"),
        ("R-9,relay,C-1,,yesterday,", 11, "yesterday is no instant"),
        ("R-9,relay,C-1,,2026-01-01T00:00:00,", 11, "no offset"),
        ("R-9,relay,C-1,,2026-02-01T00:00Z,2026-01-01T00:00Z", 11, "before it begins"),
        ("R-9,relay", 11, "has 2 cells, not 6"),
        ("<b>,relay,C-1,,,", 11, "node: is no plain text"),
        (",relay,C-1,,,", 11, "node: is empty"),
    ],
)
def test_a_wrong_line_of_the_nodes_is_named_with_its_reason(
    line: str, number: int, said: str
) -> None:
    wrong = refusal(nodes=f"{NODES}{line}\n")
    assert any(
        (table, at) == ("nodes", number) and said in reason for table, at, reason in wrong
    ), wrong


def test_two_sections_that_hang_on_each_other_are_a_circle() -> None:
    wrong = refusal(nodes=f"{NODES}S-8,section,S-9,,,\nS-9,section,S-8,,,\n")
    assert [reason for _, _, reason in wrong] == [
        "S-8 hangs on itself: S-8 > S-9 > S-8",
        "S-9 hangs on itself: S-9 > S-8 > S-9",
    ]


def test_a_span_without_a_parent_is_named() -> None:
    gap = NODES.replace("2026-04-01T00:00:00+09:00,\n", "2026-05-01T00:00:00+09:00,\n")
    assert "hangs on nothing after line 6" in refusal(nodes=gap)[0][2]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("SM-33-1015,T-9,R-1,33101-1,,,0,", "orphan: there is no transformer T-9"),
        ("SM-33-1015,T-1,,33101-1,,,0,", "orphan: there is no relay named"),
        ("SM-33-1015,T-1,R-1,33101-9,,,0,", "orphan: there is no area 33101-9"),
        ("SM-33-1012,T-1,R-1,33101-1,,,0,", "stands twice: see line 2"),
        ("SM-33-1012,T-1,R-1,33101-2,,,0,2026-06-01T00:00:00Z", "changes its area"),
        ("sm-33-1015,T-1,R-1,33101-1,,,0,", "is not 1 to 16 of"),
        ("SM-33-1015,T-1,R-1,33101-1,,,yes,", "vacant: yes is neither"),
    ],
)
def test_a_wrong_line_of_the_meters_is_named_with_its_reason(line: str, said: str) -> None:
    wrong = refusal(meters=f"{METERS}{line}\n")
    assert any((table, at) == ("meters", 6) and said in reason for table, at, reason in wrong)


def test_every_wrong_line_counts_and_the_first_hundred_are_told() -> None:
    many = "".join(f"S-{number},section,F-9,,,\n" for number in range(10, 200))
    with pytest.raises(TablesRefused) as refused:
        register(nodes=NODES + many)
    assert refused.value.more["wrong_lines"] == 190
    assert len(refused.value.more["wrong"]) == WRONG_SHOWN


def test_an_area_twice_another_header_and_noise_are_refused() -> None:
    assert "stands twice" in refusal(areas=AREAS + AREAS.splitlines()[1] + "\n")[0][2]
    assert "the columns must be area" in refusal(areas="area,name\n1,2\n")[0][2]
    assert any("is not CSV" in reason for _, _, reason in refusal(areas=AREAS + '"a'))
    assert refusal(nodes="")[0][:2] == ("nodes", 1)
