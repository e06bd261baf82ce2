"""Mails that came back are taken in from files, and stop what has no reader."""

from pathlib import Path

import pytest

from konsento.assembly.bounces import take_all_back
from konsento.assembly.processes.part import CannotStart
from konsento.assembly.schema import PEOPLE_STEPS
from konsento.foundation.clock import TestClock
from konsento.foundation.databases import PEOPLE
from tests.conftest import NewAddress
from tests.management.notices.dispatch.lanes import mails, owe
from tests.push.test_bounce import report


async def test_each_file_is_taken_in_and_told_in_a_word(
    new_address: NewAddress, clock: TestClock, tmp_path: Path
) -> None:
    address = await new_address(PEOPLE.name)
    await PEOPLE.open(address)
    await PEOPLE.migrate(PEOPLE_STEPS, clock.now_ms())
    await owe(mails("n1", ["r1"]), clock)
    await PEOPLE.close()
    for name, mail in (("1", report()), ("2", report("5.2.2")), ("3", b"hello")):
        (tmp_path / name).write_bytes(mail)
    files = [str(tmp_path / name) for name in "123"]
    told = await take_all_back(files, {"KONSENTO_PEOPLE_DB": address})
    assert told == ["1 counted", "1 stopped", "1 unknown"]


async def test_a_database_that_is_not_there_yet_is_a_sentence(
    new_address: NewAddress, tmp_path: Path
) -> None:
    (tmp_path / "1").write_bytes(report())
    environ = {"KONSENTO_PEOPLE_DB": await new_address(PEOPLE.name)}
    with pytest.raises(CannotStart, match="konsento migrate management"):
        await take_all_back([str(tmp_path / "1")], environ)
    with pytest.raises(CannotStart, match="cannot be read"):
        await take_all_back([str(tmp_path / "none")], environ)
