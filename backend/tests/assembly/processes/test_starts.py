"""A process starts with all it needs, or ends with a sentence that says what is missing."""

import subprocess
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from konsento import cli
from konsento.assembly.processes.control_system import let_in
from konsento.assembly.processes.management import furnish_management
from konsento.assembly.processes.part import CannotStart
from konsento.assembly.processes.run import (
    PARTS,
    migrate,
    needs,
    part_named,
    serve,
    settings_to_serve,
    settings_to_work,
)
from konsento.foundation.database import Database
from konsento.foundation.databases import GRID
from konsento.foundation.settings import SettingMissing, Settings, read_settings, variable
from konsento.mdms.migrations import STEPS
from konsento.mdms.outlets import server_of
from tests.conftest import OpenDatabase

SHARED = "postgresql://konsento@db.test/konsento"
KEY, OTHER_KEY = "a-key-of-our-management-server", "a-key-of-another-server"
GIVEN = {
    "KONSENTO_PUBLIC_URL": "https://konsento.test",
    "KONSENTO_MDMS_URL": "http://mdms.test",
    "KONSENTO_MDMS_API_KEY": KEY,
    "KONSENTO_STRIPE_SECRET_KEY": "sk_live_x",
    "KONSENTO_STRIPE_WEBHOOK_SECRET": "whsec_x",
    "KONSENTO_MAIL_SECRET": "secret-of-what-is-mailed",
}
MAIL = {"KONSENTO_SMTP_HOST": "mail.test", "KONSENTO_MAIL_FROM": "konsento@example.test"}


@pytest.mark.parametrize("name", PARTS)
def test_each_part_names_at_once_all_that_it_lacks(name: str) -> None:
    part = part_named(name)
    with pytest.raises(SettingMissing) as missing:
        settings_to_serve(part, {"KONSENTO_MDMS_DRIVER": "simulated"})
    said = set(str(missing.value).removeprefix("set ").split(", "))
    assert {variable(field) for field in part.needs_to_serve} <= said


def test_every_part_can_be_named_on_the_command_line() -> None:
    assert set(cli.PARTS) == set(PARTS)


def test_each_needs_only_its_own_secrets() -> None:
    told = needs()
    assert not [name for name in told["serve mdms"] if name.startswith(("stripe", "smtp"))]
    assert "mdms_api_keys" not in told["serve management"]
    assert "smtp_host" not in told["serve management"]
    assert "smtp_host" in told["worker management"]


def test_who_serves_from_a_file_works_as_well_and_needs_what_work_needs() -> None:
    management = part_named("management")
    with pytest.raises(SettingMissing, match=r"^set KONSENTO_SMTP_HOST, KONSENTO_MAIL_FROM$"):
        settings_to_serve(management, GIVEN)
    assert settings_to_serve(management, GIVEN | {"KONSENTO_PEOPLE_DB": SHARED}).people_db == SHARED


def test_there_is_no_second_process_on_a_file() -> None:
    with pytest.raises(CannotStart, match="one process keeps: `konsento serve management`"):
        settings_to_work(part_named("management"), GIVEN | MAIL)
    shared = GIVEN | MAIL | {"KONSENTO_PEOPLE_DB": SHARED}
    assert settings_to_work(part_named("management"), shared).mail_from == "konsento@example.test"


@pytest.mark.parametrize("read", [settings_to_serve, settings_to_work])
def test_a_control_system_without_a_driver_says_so(read: object) -> None:
    with pytest.raises(CannotStart, match="KONSENTO_MDMS_DRIVER=simulated"):
        read(part_named("mdms"), {"KONSENTO_MDMS_API_KEYS": f"konsento:{KEY}"})  # type: ignore[operator]


def test_a_simulated_street_has_no_second_process() -> None:
    given = {"KONSENTO_MDMS_DRIVER": "simulated", "KONSENTO_GRID_DB": SHARED}
    with pytest.raises(CannotStart, match="simulated street is kept by the one process"):
        settings_to_work(part_named("mdms"), given)


async def test_a_database_that_was_not_migrated_is_refused_and_then_taken(tmp_path: Path) -> None:
    settings = Settings(people_db=str(tmp_path / "people.sqlite"))
    part = part_named("management")
    with pytest.raises(CannotStart, match="`konsento migrate management` first"):
        await serve(part, settings, host="127.0.0.1", port=1)
    assert await migrate(part, settings)
    assert await migrate(part, settings) == []


async def test_a_live_key_with_the_twin_is_refused() -> None:
    given = GIVEN | {"KONSENTO_STRIPE_API_BASE": "http://localhost:8020/sandbox"}
    async with AsyncExitStack() as stack:
        with pytest.raises(CannotStart, match="sandbox"):
            await furnish_management(read_settings(given), stack)


async def test_a_management_server_that_is_no_longer_named_is_shut_out(
    open_database: OpenDatabase,
) -> None:
    grid: Database = await open_database(GRID, STEPS)
    await let_in(f"konsento:{KEY},other:{OTHER_KEY}")
    assert [await server_of(KEY), await server_of(OTHER_KEY)] == ["konsento", "other"]
    await let_in(f"konsento:{KEY}")
    assert [await server_of(KEY), await server_of(OTHER_KEY)] == ["konsento", None]
    assert await server_of("none:other") is None
    assert len(await grid.ask("SELECT server FROM mdms_management_server")) == 2
    await let_in(f"konsento:{KEY},other:{OTHER_KEY}")
    assert await server_of(OTHER_KEY) == "other"


def test_the_control_systems_process_loads_nothing_that_knows_people() -> None:
    program = (
        "import sys; from konsento.assembly.processes.run import part_named; part_named('mdms'); "
        "print([n for n in sys.modules if n.startswith(('konsento.management', 'konsento_push', "
        "'stripe'))])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")
