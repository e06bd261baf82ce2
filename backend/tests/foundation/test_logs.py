"""A log line is an event with ids; an address of a person gets through nowhere."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

BACKEND = Path(__file__).parents[2]


def told(*args: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.foundation.logs_told", *args],
        cwd=BACKEND, timeout=30, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stderr


def test_each_line_is_an_event_with_known_fields_only() -> None:
    lines = [msgspec.json.decode(line) for line in told().splitlines()]
    assert [line["event"] for line in lines] == [
        "session ended", "mail to [address]", "request failed", "could not tell [address]",
    ]  # fmt: skip
    first = lines[0]
    assert (first["session"], first["used_wh"], first["dropped"]) == ("s1", 1200, 1)
    assert "email" not in first
    assert first["timestamp"].endswith("Z")
    assert lines[2]["exception"].endswith("ValueError: no account for [address]")
    assert (lines[3]["name"], lines[3]["level"]) == ("library", "error")


@pytest.mark.parametrize("how", [(), ("readable",)])
def test_an_address_never_gets_through(how: tuple[str, ...]) -> None:
    text = told(*how)
    assert "session ended" in text
    assert "kana" not in text
    assert "example.jp" not in text
