"""The code on an outlet tells a typing error at once, and mostly where it is."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from konsento.management.charging.outlet_code import (
    ALPHABET,
    SYMBOLS,
    MistypedCode,
    complete,
    label,
    read,
)

CODES = [complete(data) for data in (0, 1, 2**40 - 1, 0x9E3779B97F, 0x5851F42D4C, 0xDEADBEEF55)]
DATA = st.integers(min_value=0, max_value=2**40 - 1)


def position_of(typed: str) -> int | None:
    """Where the code is said to be wrong; fails when it is taken for right."""
    with pytest.raises(MistypedCode) as refused:
        read(typed)
    position: int | None = refused.value.more["position"]
    return position


def is_refused(typed: str) -> bool:
    try:
        read(typed)
    except MistypedCode:
        return True
    return False


def with_symbol(code: str, place: int, symbol: str) -> str:
    return code[:place] + symbol + code[place + 1 :]


@pytest.mark.parametrize("code", CODES)
def test_every_wrong_symbol_at_every_place_is_caught_and_located(code: str) -> None:
    for place, symbol in itertools.product(range(SYMBOLS), ALPHABET):
        if symbol != code[place]:
            assert position_of(with_symbol(code, place, symbol)) == place + 1


@pytest.mark.parametrize("code", CODES)
def test_every_swap_of_neighbours_is_caught(code: str) -> None:
    for place in range(SYMBOLS - 1):
        swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        assert swapped == code or is_refused(swapped)


@given(DATA)
@settings(derandomize=True, max_examples=200, deadline=None)
def test_a_completed_code_is_read_as_itself_however_it_is_typed(data: int) -> None:
    code = complete(data)
    assert len(code) == SYMBOLS
    assert read(code) == code
    assert read(label(code)) == code
    assert read(code.lower()) == code
    assert read(f" {code[:3]} {code[3:7]}-{code[7:]} ") == code


@given(DATA, DATA)
@settings(derandomize=True, max_examples=200, deadline=None)
def test_no_two_outlets_have_the_same_code(one: int, other: int) -> None:
    assert (complete(one) == complete(other)) is (one == other)


@given(DATA, st.integers(0, SYMBOLS - 2), st.sampled_from(ALPHABET), st.sampled_from(ALPHABET))
@settings(derandomize=True, max_examples=300, deadline=None)
def test_neighbours_that_were_swapped_are_caught_whatever_they_are(
    data: int, place: int, one: str, other: str
) -> None:
    code = complete(data)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert swapped == code or is_refused(swapped)


def test_what_looks_alike_is_read_as_what_was_meant() -> None:
    code = complete(0x0000108421)
    assert "0" in code
    assert "1" in code
    for one, nought in itertools.product("IiLl", "Oo"):
        assert read(code.replace("1", one).replace("0", nought)) == code


def test_a_symbol_outside_the_alphabet_is_located_at_once() -> None:
    assert position_of(with_symbol(CODES[3], 4, "U")) == 5
    assert position_of(with_symbol(CODES[3], 9, "é")) == 10


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", "-", "----------", CODES[3][:9], CODES[3] + "0", CODES[3] * 2, "0" * 9,
        "0" * 4_000, "\x00" * 10, "１２３４５６７８９０", "🔌" * 10, "Ｋ" * 10, "ß" * 5,
        "' OR 1=1 --", "%00%00%00%", "../../etc", "<script>00", "https://evil.example/o/0000",
        "\u202e" + CODES[3], CODES[3][:5] + "\n" + CODES[3][5:], "NaN", "1e9", "-1",
    ],
)  # fmt: skip
def test_what_is_no_code_is_refused_and_nothing_worse(typed: str) -> None:
    assert is_refused(typed)


@given(st.text(max_size=60))
@settings(derandomize=True, max_examples=300, deadline=None)
def test_any_text_is_read_as_a_code_or_refused_with_a_place_within_it(typed: str) -> None:
    try:
        code = read(typed)
    except MistypedCode as refused:
        position = refused.more["position"]
        assert position is None or 1 <= position <= SYMBOLS
    else:
        assert read(code) == code
