"""The contracts of who may import whom forget no room and no decision."""

import tomllib
from typing import Any

import pytest

from tests.house.tree import ROOT, kept_names

# Names under which the plan knows decisions. Whoever adds one keeps it pure, or names it otherwise.
NOUNS = {
    *("continuity", "detection", "meter", "outlet_code", "pricing", "reading", "request"),
    *("session", "settlement"),
}
DECIDING = ("backend/konsento/mdms/", "backend/konsento/outage/", "backend/konsento/management/")


def forgotten(names: list[str], pure: list[str]) -> list[str]:
    """Modules that bear a noun's name and stand under no pure one."""
    found = []
    for name in names:
        module = name.removeprefix("backend/").removesuffix(".py").replace("/", ".")
        noun = name.startswith(DECIDING) and module.rpartition(".")[2] in NOUNS
        if noun and not any(f"{module}.".startswith(f"{each}.") for each in pure):
            found.append(module)
    return found


@pytest.fixture(scope="module")
def contracts() -> dict[str, Any]:
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    return {contract["id"]: contract for contract in linter["contracts"]}


def test_every_noun_is_kept_pure(contracts: dict[str, Any]) -> None:
    modules = [name for name in kept_names() if name.endswith(".py")]
    assert forgotten(modules, contracts["pure"]["source_modules"]) == []


def test_the_push_package_is_under_contract_as_soon_as_it_has_code() -> None:
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    has_code = any(name.startswith("push/konsento_push/") for name in kept_names())
    assert not has_code or "konsento_push" in linter["root_packages"]


@pytest.mark.parametrize("side", ["outage", "environment"])
def test_a_new_server_of_the_meter_side_is_put_behind_the_wall(
    side: str, contracts: dict[str, Any]
) -> None:
    there = any(name.startswith(f"backend/konsento/{side}/") for name in kept_names())
    assert not there or f"konsento.{side}" in contracts["wall"]["source_modules"]


def test_a_noun_that_was_forgotten_is_caught() -> None:
    session = "backend/konsento/management/charging/session.py"
    assert forgotten([session], ["konsento.measures"]) == ["konsento.management.charging.session"]
    assert forgotten([session], ["konsento.management.charging.session"]) == []
    assert forgotten(["backend/konsento/management/charging/start.py"], []) == []
