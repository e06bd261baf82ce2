"""The worked numbers of the documentation come out."""

from pathlib import Path

import pytest

from konsento.outage.judgement.terms import Node
from konsento.outage.limits import TRANSFORMER_SILENT_PERCENT, WAY_SILENT_PERCENT
from tests.outage.small_town import judged, may_be_told, scene, told

DOCUMENT = Path(__file__).resolve().parents[4] / "docs" / "algorithms" / "outage-detection.md"


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under a heading."""
    lines = DOCUMENT.read_text().splitlines()
    first = next(place for place, line in enumerate(lines) if line.startswith(heading)) + 2
    found = []
    for line in lines[first:]:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


SCENES = rows("| case | silent |")
SHARES = rows("| meters of a transformer |")


@pytest.mark.parametrize("cells", SCENES, ids=[cells[0] for cells in SCENES])
def test_a_scene_of_the_document_is_judged_as_it_says(cells: list[str]) -> None:
    _, silent, beside, wanted, to_ask = cells
    judgement = judged(scene(silent, beside))
    tell = may_be_told(judgement)
    said = sorted(
        f"{node} {word}{', told' if node in tell else ''}" for node, word in told(judgement).items()
    )
    assert said == sorted(wanted.split(" · "))
    assert len(judgement.pings) == int(to_ask)


def test_the_document_holds_enough_to_be_worth_reading() -> None:
    assert len(SCENES) >= 30
    assert {node.name.lower() for node in Node} - {"head_end"} <= set(DOCUMENT.read_text().split())


@pytest.mark.parametrize("cells", SHARES, ids=[cells[0] for cells in SHARES])
def test_a_share_of_the_document_is_the_one_that_is_counted(cells: list[str]) -> None:
    def least(meters: int, percent: int) -> str:
        enough = [k for k in range(meters + 1) if k * 100 >= meters * percent]
        return str(enough[0]) if meters >= 2 else "never"

    transformer, dark_transformer, relay, dark_relay = cells
    assert least(int(transformer), TRANSFORMER_SILENT_PERCENT) == dark_transformer
    assert least(int(relay), WAY_SILENT_PERCENT) == dark_relay
