"""A word of distribution automation, and the meters that are asked about it."""

import re
from pathlib import Path

import numpy as np
import pytest

from konsento.outage.judgement.word import Borne, borne_out, sample_below
from tests.outage.small_town import TOWN, rows_of

PAGE = Path(__file__).parents[4] / "docs" / "algorithms" / "outage-detection.md"
WORDS = {"not yet": Borne.NOT_YET, "out": Borne.OUT, "doubted": Borne.DOUBTED}
LINES = re.findall(r"^\| (\d+) min ago \| (\d+) \| (\d+) \| ([a-z ]+) \|$", PAGE.read_text(), re.M)
NOW_MS = 1_795_219_200_000


def test_the_page_has_its_lines() -> None:
    assert len(LINES) == 11


@pytest.mark.parametrize(("ago", "known", "powered", "made"), LINES)
def test_what_is_made_of_a_word_is_as_the_page_says(
    ago: str, known: str, powered: str, made: str
) -> None:
    opened_ms = NOW_MS - int(ago) * 60_000
    found = borne_out(opened_ms, NOW_MS, reached=int(known), powered=int(powered))
    assert found is WORDS[made]


def test_a_few_of_each_transformer_are_asked_one_of_each_relay_first() -> None:
    rows = sample_below(rows_of("F0"), TOWN)
    of = TOWN.transformer_of_meter[rows]
    assert np.bincount(of, minlength=8).tolist() == [3, 3, 3, 1, 0, 0, 0, 0]
    relays = TOWN.relay_of_meter[rows[of == 0]]
    assert len(np.unique(relays)) == 2


def test_of_a_wide_place_twenty_are_asked_spread_over_its_transformers() -> None:
    everybody = np.arange(TOWN.meters, dtype=np.int32)
    rows = sample_below(everybody, TOWN)
    assert len(rows) == 20
    assert set(TOWN.transformer_of_meter[rows].tolist()) == set(range(8))
    assert len(sample_below(rows_of("m12"), TOWN)) == 1
    assert len(sample_below(everybody[:0], TOWN)) == 0
