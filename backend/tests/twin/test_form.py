"""Stripe's nested form is read as the tree it means, and nothing ambiguous is read at all."""

import contextlib
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from konsento.twin.form import Tree, Value, read_form
from konsento.twin.refusals import WireError

names = st.text("abcdefgh_0123456789", min_size=1, max_size=8)
trees = st.recursive(
    st.text(max_size=20), lambda below: st.dictionaries(names, below, min_size=1), max_leaves=12
)


def flat(tree: Tree, prefix: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in tree.items():
        name = f"{prefix}[{key}]" if prefix else key
        pairs += [(name, value)] if isinstance(value, str) else flat(value, name)
    return pairs


def depth(tree: Value) -> int:
    return 0 if isinstance(tree, str) else 1 + max((depth(v) for v in tree.values()), default=0)


@settings(deadline=None, derandomize=True)
@given(st.dictionaries(names, trees, max_size=5))
def test_a_tree_comes_back_as_it_was_sent(tree: Tree) -> None:
    if depth(tree) <= 6:
        assert read_form(urlencode(flat(tree)).encode()) == tree


def test_empty_brackets_count_up() -> None:
    assert read_form(b"a[]=x&a[]=y") == {"a": {"0": "x", "1": "y"}}


@pytest.mark.parametrize(
    "raw",
    [
        b"a=1&a=2",
        b"a=1&a[b]=2",
        b"a[b]=2&a=1",
        b"[a]=1",
        b"a[=1",
        b"a]=1",
        b"a[b]c=1",
        b"a[][b]=1",
        b"nothing",
        b"\xff=1",
        b"a=%ff",
        b"a[b][c][d][e][f][g]=1",
        b"&".join([b"a=1"] * 301),
    ],
)
def test_an_ambiguous_form_is_refused(raw: bytes) -> None:
    with pytest.raises(WireError):
        read_form(raw)


@settings(deadline=None, derandomize=True)
@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    with contextlib.suppress(WireError):
        assert isinstance(read_form(raw), dict)
