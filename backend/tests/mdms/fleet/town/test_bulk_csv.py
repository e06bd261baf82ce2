"""The town's register as tables: what the plan says, no more, and readable as CSV."""

import csv
from pathlib import Path

import numpy as np
import pytest

from konsento.mdms.fleet.town.bulk_csv import AREAS, METERS, NODES, write_moves, write_register
from konsento.mdms.fleet.town.moves import rehung
from tests.mdms.fleet.town.towns import FROM_MS, OUTLETS, town

PLAN = town()


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def tables(tmp_path: Path) -> tuple[list[dict[str, str]], ...]:
    return tuple(read(path) for path in write_register(PLAN, tmp_path))


def test_the_headers_are_those_agreed(tables: tuple[list[dict[str, str]], ...]) -> None:
    assert [tuple(rows[0]) for rows in tables] == [AREAS, NODES, METERS]


def test_every_area_has_its_names_in_both_languages(
    tables: tuple[list[dict[str, str]], ...],
) -> None:
    areas, _, _ = tables
    assert len(areas) == len(PLAN.areas)
    assert areas[0]["district_ja"] == "北区駅元町"
    assert areas[0]["district_en"] == "Ekimotomachi, Kita-ku"
    assert all(all(row.values()) for row in areas)


def test_every_node_stands_once_after_its_parent(
    tables: tuple[list[dict[str, str]], ...],
) -> None:
    _, nodes, _ = tables
    seen: dict[str, str] = {}
    above = {"feeder": "", "section": "feeder", "transformer": "section", "head_end": ""}
    above |= {"concentrator": "head_end", "relay": "concentrator"}
    for row in nodes:
        assert row["node"] not in seen
        assert seen.get(row["parent"], "") == above[row["kind"]]
        assert not row["fed_by"] or seen[row["fed_by"]] == "transformer"
        seen[row["node"]] = row["kind"]
    real_relays = int((~PLAN.relay_is_direct).sum())
    assert list(seen.values()).count("relay") == real_relays
    assert list(seen.values()).count("transformer") == PLAN.transformers


def test_every_meter_hangs_on_nodes_that_stand_in_the_table(
    tables: tuple[list[dict[str, str]], ...],
) -> None:
    areas, nodes, meters = tables
    kind = {row["node"]: row["kind"] for row in nodes}
    known = {row["area"] for row in areas}
    assert len(meters) == PLAN.meters
    for row in meters:
        assert kind[row["transformer"]] == "transformer"
        assert kind[row["relay"]] in {"relay", "concentrator"}
        assert row["area"] in known
        assert row["vacant"] in {"0", "1"}
    direct = sum(kind[row["relay"]] == "concentrator" for row in meters)
    assert direct == int(PLAN.relay_is_direct[PLAN.relay_of_meter].sum())
    assert [row["smid"] for row in meters[-12:]] == list(OUTLETS)
    assert {row["in_service_to"] for row in meters} == {"", "2026-11-21T00:00:00Z"}


def test_moves_are_a_table_of_their_own_from_an_instant_on(tmp_path: Path) -> None:
    later, moved = rehung(PLAN, 20, np.random.default_rng(1))
    path = tmp_path / "moves.csv"
    write_moves(later, moved, FROM_MS + 86_400_000, path)
    rows = read(path)
    assert [row["smid"] for row in rows] == PLAN.smids[moved].astype("U16").tolist()
    assert {row["valid_from"] for row in rows} == {"2026-11-22T00:00:00Z"}
