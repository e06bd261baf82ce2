"""Nothing on the meter's side can name a person: not a column, not a field, not an import (C8)."""

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.house import wall
from tests.house.tree import BACKEND, ROOT, Source, all_of, kept

METER_SIDE = ["measures", "foundation", "mdms", "outage", "environment"]
TESTED_ROOMS = ["mdms", "outage", "environment"]
TORN_AWAY = ["konsento.management", "konsento.twin", "konsento.assembly", "konsento_push"]
# Runs in a fresh interpreter that finds the copy, never this repository, and no stripe or push.
ALONE = f"""
import importlib, importlib.util, pkgutil, sys
from pathlib import Path

ours = [p for p in sys.path if list(Path(p).glob("konsento*/"))]
sys.path[:] = ["backend", *(p for p in sys.path if p not in ours or p.endswith("-packages"))]
sys.modules.update(dict.fromkeys(["stripe", "pywebpush"]))
for name in {TORN_AWAY}:
    assert importlib.util.find_spec(name) is None, name + " is still there"
if sys.argv[1:]:
    import pytest
    sys.exit(pytest.main(sys.argv[1:]))
import konsento
for found in pkgutil.walk_packages(konsento.__path__, "konsento."):
    importlib.import_module(found.name)
"""


def tear_away(place: Path) -> None:
    """Copy the meter's side and its tests to a place of their own, and nothing else."""
    leave = shutil.ignore_patterns("__pycache__", ".*_cache")
    package, tests = place / "backend" / "konsento", place / "backend" / "tests"
    package.mkdir(parents=True)
    tests.mkdir()
    shutil.copy(ROOT / "pyproject.toml", place)
    shutil.copy(BACKEND / "konsento" / "__init__.py", package)
    # Tests of an algorithm repeat the numbers that its page works out.
    shutil.copytree(ROOT / "docs" / "algorithms", place / "docs" / "algorithms")
    for path in BACKEND.glob("tests/*.py"):
        shutil.copy(path, tests)
    for room in METER_SIDE:
        if (BACKEND / "konsento" / room).is_dir():
            shutil.copytree(BACKEND / "konsento" / room, package / room, ignore=leave)
    for room in TESTED_ROOMS:
        if (BACKEND / "tests" / room).is_dir():
            shutil.copytree(BACKEND / "tests" / room, tests / room, ignore=leave)


def run_alone(place: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the copy's pytest with these words; without any, import every module of the copy."""
    return subprocess.run(
        [sys.executable, "-P", "-c", ALONE, *words],
        cwd=place,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_module_of_the_meter_side_stands_alone(tmp_path: Path) -> None:
    tear_away(tmp_path)
    ran = run_alone(tmp_path)
    assert ran.returncode == 0, ran.stderr[-4000:]


@pytest.mark.timeout(600)
def test_the_meter_side_passes_its_tests_with_all_else_torn_away(tmp_path: Path) -> None:
    tear_away(tmp_path)
    rooms = [room for room in TESTED_ROOMS if (tmp_path / "backend" / "tests" / room).is_dir()]
    assert rooms

    def run(room: str) -> subprocess.CompletedProcess[str]:
        return run_alone(tmp_path, f"backend/tests/{room}", "-q", "-p", "no:cacheprovider")

    with ThreadPoolExecutor() as beside:
        for ran in beside.map(run, rooms):
            assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-4000:]
            assert " passed" in ran.stdout


def test_a_meter_side_that_leans_on_management_falls_when_it_is_torn_away(tmp_path: Path) -> None:
    tear_away(tmp_path)
    leaning = tmp_path / "backend" / "konsento" / "mdms" / "leaning.py"
    leaning.write_text("from konsento.management import accounts\n")
    ran = run_alone(tmp_path)
    assert ran.returncode != 0
    assert "konsento.management" in ran.stderr


def test_no_table_or_struct_of_the_meter_side_has_a_persons_field() -> None:
    sources = [source for source in kept(".py") if source.under(*wall.METER_SIDE)]
    assert sources
    assert all_of(wall.personal_fields(source) for source in sources) == []


def test_no_statement_of_the_meter_side_makes_a_persons_column() -> None:
    sources = [source for source in kept(".py") if source.under(*wall.METER_SIDE)]
    assert all_of(wall.personal_columns(source) for source in sources) == []


@pytest.mark.parametrize(
    "field",
    [
        "email = Text()",
        "customer_id: str",
        "driver_name: str | None = None",
        "session_id: Annotated[str, Meta(max_length=32)]",
        'note: str = field(name="phoneNumber")',
        'note = Text(db_column_name="card_last4")',
        "users: list[str]",
    ],
)
def test_a_persons_field_is_caught(field: str) -> None:
    text = f"class Request(Struct, frozen=True):\n    outlet: str\n    {field}\n"
    assert len(wall.personal_fields(Source("backend/konsento/mdms/contract.py", text))) == 1


def test_a_field_of_the_meter_is_no_persons_field() -> None:
    text = "class Request(Struct):\n    request_number: str\n    smid: str\n    retailer: str\n"
    assert wall.personal_fields(Source("backend/konsento/mdms/contract.py", text)) == []


def test_a_persons_column_in_sql_is_caught() -> None:
    made = 'STEPS = ("CREATE TABLE mdms_request (number TEXT PRIMARY KEY, email TEXT)",)\n'
    assert wall.personal_columns(Source("backend/konsento/mdms/migrations.py", made))
    assert not wall.personal_columns(Source("a.py", made.replace("email", "outlet")))
