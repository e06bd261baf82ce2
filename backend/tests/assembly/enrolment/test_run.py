"""`konsento enrol` at a terminal: what it prints, and how it says no."""

from pathlib import Path

import pytest

from konsento.assembly.enrolment.run import enrol
from konsento.assembly.processes.part import CannotStart
from konsento.assembly.processes.run import migrate, part_named
from konsento.foundation.settings import SettingMissing, read_settings
from tests.assembly.enrolment.parts import PLAN, line_of, with_
from tests.conftest import NewAddress


def holding(folder: Path, raw: bytes) -> Path:
    """A file of its own."""
    made = folder / "midori.toml"
    made.write_bytes(raw)
    return made


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return holding(tmp_path, PLAN.encode())


@pytest.fixture
async def environ(new_address: NewAddress, tmp_path: Path) -> dict[str, str]:
    return {
        "KONSENTO_PUBLIC_URL": "https://konsento.test",
        "KONSENTO_MDMS_DRIVER": "simulated",
        "KONSENTO_PEOPLE_DB": await new_address("people"),
        "KONSENTO_GRID_DB": await new_address("grid"),
        "KONSENTO_STREET_DB": str(tmp_path / "street.sqlite"),
    }


async def test_both_parts_are_enrolled_from_one_file_and_the_labels_are_pointed_at(
    file: Path, environ: dict[str, str]
) -> None:
    for part in ("management", "mdms"):
        with pytest.raises(CannotStart, match=f"`konsento migrate {part}` first"):
            await enrol(part, file, environ)
        await migrate(part_named(part), read_settings(environ))
    told = await enrol("management", file, environ)
    assert "outlet: 2 new" in told
    assert told[-1] == "label sheet: https://konsento.test/desk#labels"
    assert len([line for line in told if line.startswith("password of hana")]) == 1
    assert (await enrol("mdms", file, environ))[0] == "outlet: 2 new"
    again = await enrol("management", file, environ)
    assert [line for line in again if "new" in line or "password" in line] == []
    assert await enrol("mdms", file, environ) == ["outlet: 2 same"]


async def test_a_wrong_file_is_told_line_by_line(tmp_path: Path, environ: dict[str, str]) -> None:
    file = holding(tmp_path, with_("42_000", "42.5").encode())
    with pytest.raises(CannotStart) as said:
        await enrol("management", file, environ)
    at = line_of("unit_price")
    assert str(said.value).splitlines() == [
        "nothing was enrolled",
        f"  midori.toml:{at}: tariff, unit_price_myen_per_kwh: Expected `int`, got `float`",
    ]


@pytest.mark.parametrize(("raw", "why"), [(b"\xff", "not UTF-8"), (b" " * 1_000_001, "larger")])
async def test_what_is_no_text_is_refused(
    tmp_path: Path, environ: dict[str, str], raw: bytes, why: str
) -> None:
    with pytest.raises(CannotStart, match=why):
        await enrol("management", holding(tmp_path, raw), environ)
    with pytest.raises(CannotStart, match="cannot be read"):
        await enrol("management", tmp_path / "nowhere.toml", environ)


async def test_where_the_labels_lead_must_be_known(file: Path) -> None:
    with pytest.raises(SettingMissing, match="KONSENTO_PUBLIC_URL"):
        await enrol("management", file, {})
