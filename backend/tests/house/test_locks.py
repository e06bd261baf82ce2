"""The locks answer what is asked for, by hash, and name no place that it came from."""

import re
import tomllib
from typing import Any

import msgspec
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.tree import ROOT

PINNED = re.compile(r"([A-Za-z0-9._-]+)==(\S+)(?: ; (.+?))? \\")
HASHED = re.compile(r" {4}--hash=sha256:[0-9a-f]{64}(?: \\)?")
ANY_ADDRESS = re.compile(r"\b[a-z+]+://|--(?:index|extra-index|find-links)")


def pins(lock: str) -> dict[str, str]:
    """Versions by name. Raises ValueError on a line that is neither a pin nor its hash."""
    found: dict[str, str] = {}
    for line in lock.splitlines():
        pin = PINNED.fullmatch(line)
        if pin is not None:
            found[canonicalize_name(pin[1])] = pin[2]
        elif HASHED.fullmatch(line) is None:
            raise ValueError(f"neither a pin nor a hash: {line}")
    return found


def unmet(asked: list[str], lock: str) -> list[str]:
    """The requirements that the lock leaves out or answers with another version."""
    there = pins(lock)
    found = []
    for text in asked:
        requirement = Requirement(text)
        version = there.get(canonicalize_name(requirement.name))
        if version is None or not requirement.specifier.contains(version, prereleases=True):
            found.append(f"{text} is asked for, the lock has {version}")
    return found


def npm_drift(package: dict[str, Any], lock: dict[str, Any]) -> list[str]:
    """Where package-lock.json was made from another package.json, or a package has no hash."""
    root = lock["packages"][""]
    found = [
        f"{kind} differ"
        for kind in ("dependencies", "devDependencies", "engines")
        if package.get(kind, {}) != root.get(kind, {})
    ]
    for name, entry in lock["packages"].items():
        if "resolved" in entry:
            found.append(f"{name} names where it came from")
        if name and "integrity" not in entry and not entry.get("inBundle"):
            found.append(f"{name} has no hash")
    return found


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_the_python_lock_is_in_step_with_what_is_asked(project: dict[str, Any]) -> None:
    extras = project["project"]["optional-dependencies"]
    asked = [*project["project"]["dependencies"], *extras["dev"]]
    asked += project["build-system"]["requires"]
    assert unmet(asked, (ROOT / "requirements.lock").read_text()) == []


def test_the_node_lock_is_in_step_with_what_is_asked(project: dict[str, Any]) -> None:
    asked = project["project"]["optional-dependencies"]["node"]
    assert unmet(asked, (ROOT / "workshop" / "node.lock").read_text()) == []


def test_the_lock_of_the_benchmarks_peers_is_in_step_with_what_is_asked() -> None:
    benchmarks = ROOT / "backend" / "benchmarks"
    asked = (benchmarks / "requirements.in").read_text().split()
    assert unmet(asked, (benchmarks / "requirements.lock").read_text()) == []


@pytest.mark.parametrize(
    "lock", ["requirements.lock", "workshop/node.lock", "backend/benchmarks/requirements.lock"]
)
def test_a_python_lock_names_no_place(lock: str) -> None:
    assert ANY_ADDRESS.search((ROOT / lock).read_text()) is None


def test_the_front_ends_lock_is_in_step_and_names_no_place() -> None:
    package = msgspec.json.decode((ROOT / "frontend" / "package.json").read_bytes())
    lock = msgspec.json.decode((ROOT / "frontend" / "package-lock.json").read_bytes())
    assert npm_drift(package, lock) == []


def test_a_lock_that_lags_behind_is_caught() -> None:
    lock = f"litestar==2.20.0 \\\n    --hash=sha256:{'0' * 64}\n"
    assert unmet(["litestar>=2.25"], lock)
    assert unmet(["httpx>=0.28"], lock)
    assert not unmet(["LiteStar[standard]>=2,<3"], lock)


def test_a_pin_without_a_hash_or_with_an_index_is_caught() -> None:
    with pytest.raises(ValueError, match="neither a pin nor a hash"):
        pins("litestar==2.20.0\n")
    with pytest.raises(ValueError, match="neither a pin nor a hash"):
        pins("--index-url somewhere\n")


def test_a_front_end_lock_of_another_package_json_is_caught() -> None:
    entry = {"version": "1.0.0", "integrity": "sha512-x"}
    lock: dict[str, Any] = {"packages": {"": {"dependencies": {"qr": "1"}}, "m/qr": entry}}
    assert npm_drift({"dependencies": {"qr": "1"}}, lock) == []
    assert npm_drift({"dependencies": {"qr": "2"}}, lock)
    assert npm_drift({"dependencies": {"qr": "1"}}, {"packages": lock["packages"] | {"m/a": {}}})
    entry["resolved"] = "anywhere"
    assert npm_drift({"dependencies": {"qr": "1"}}, lock)
