"""The workshop believes a run of tests only when it proves something, and knows a fit Node."""

from pathlib import Path

import pytest

from frontend import node_will_do
from once import Stamp, digest
from steps import all_steps, counts, unsound


@pytest.mark.parametrize(
    ("line", "counted"),
    [
        ("===== 12 passed in 0.31s =====", {"passed": 12}),
        ("=== 1 failed, 11 passed, 2 errors in 71.20s (0:01:11) ===", None),
        ("      Tests  45 passed (45)", {"passed": 45}),
        ("      Tests  1 failed | 44 passed (45)", {"failed": 1, "passed": 44}),
        ("\x1b[32m== 3 passed, 1 skipped in 2.00s ==\x1b[0m", {"passed": 3, "skipped": 1}),
        ("12 passed the test of time in 3 houses", {}),
        (" Test Files  3 passed (3)", {}),
    ],
)
def test_a_closing_line_is_read(line: str, counted: dict[str, int] | None) -> None:
    expected = {"failed": 1, "passed": 11, "errors": 2} if counted is None else counted
    assert (counts(line) or {}) == expected


def test_a_run_in_which_nothing_passed_or_something_was_left_out_is_no_proof() -> None:
    assert unsound(None)
    assert unsound({"failed": 3})
    assert unsound({"passed": 3, "skipped": 1})
    assert unsound({"passed": 3, "deselected": 1})
    assert unsound({"passed": 3}) is None


def test_every_step_has_a_name_of_its_own() -> None:
    names = [step.name for step in all_steps()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("version", ["v20.19.0", "v20.20.2", "v22.12.0", "v24.19.0", "v26.0.0"])
def test_a_node_that_vite_runs_on_will_do(version: str) -> None:
    assert node_will_do(f"{version}\n")


@pytest.mark.parametrize("version", ["v18.20.4", "v20.18.9", "v21.7.0", "v22.11.0", "", "none"])
def test_an_older_node_will_not_do(version: str) -> None:
    assert not node_will_do(version)


def test_what_was_made_from_something_else_is_made_again(tmp_path: Path) -> None:
    lock, stamp = tmp_path / "a.lock", Stamp(tmp_path / "stamp")
    lock.write_text("one")
    stamp.set(digest([lock]))
    assert stamp.says(digest([lock]))
    lock.write_text("two")
    assert not stamp.says(digest([lock]))
    stamp.forget()
    stamp.forget()
    assert not stamp.path.exists()
