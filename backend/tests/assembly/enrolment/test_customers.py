"""`konsento enrol customers` at a terminal: the utility's table, whole or not at all."""

from pathlib import Path

import pytest

from konsento.assembly.enrolment.customers import WRONG_SHOWN
from konsento.assembly.enrolment.run import enrol
from konsento.assembly.processes.part import CannotStart
from konsento.assembly.processes.run import migrate, part_named
from konsento.foundation.databases import PEOPLE
from konsento.foundation.settings import read_settings
from tests.conftest import NewAddress

HEADER = "smid,customer_number,postal_code,area,address,holder,email,moved_out_on\n"
HARUKA = "SM-33-000001,33-101-00001,700-0024,33101-001,岡山市北区駅元町1-1,春日 遥,,\n"
MINORU = "SM-33-000002,33-101-00002,700-0025,33101-001,岡山市北区昭和町2,,,\n"


@pytest.fixture
async def environ(new_address: NewAddress) -> dict[str, str]:
    given = {"KONSENTO_PEOPLE_DB": await new_address("people")}
    await migrate(part_named("management"), read_settings(given))
    return given


async def points(environ: dict[str, str]) -> list[str]:
    await PEOPLE.open(environ["KONSENTO_PEOPLE_DB"])
    rows = await PEOPLE.ask("SELECT smid FROM usage_point ORDER BY smid")
    await PEOPLE.close()
    return [row["smid"] for row in rows]


def file(folder: Path, *lines: str) -> Path:
    made = folder / "customers.csv"
    made.write_text("".join(lines), encoding="utf-8", newline="")
    return made


async def test_a_table_is_enrolled_and_enrolled_again(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    table = file(tmp_path, HEADER, HARUKA, MINORU)
    assert await enrol("customers", table, environ) == [
        "customers: 2 new", "registrations ended: 0",
    ]  # fmt: skip
    moved = file(tmp_path, HEADER, HARUKA.replace("1-1", "1-2"), MINORU)
    assert (await enrol("customers", moved, environ))[0] == "customers: 1 changed, 1 same"
    assert await enrol("customers", file(tmp_path, HEADER), environ) == [
        "customers: none", "registrations ended: 0",
    ]  # fmt: skip
    assert await points(environ) == ["SM-33-000001", "SM-33-000002"]


async def test_one_wrong_row_and_nothing_is_enrolled(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    table = file(tmp_path, HEADER, HARUKA, MINORU.replace("700-0025", "h@example.jp"))
    with pytest.raises(CannotStart) as refused:
        await enrol("customers", table, environ)
    assert str(refused.value) == (
        "nothing was enrolled\n  customers.csv:3: postal_code: not one of Japan's, seven digits"
    )
    assert await points(environ) == []


async def test_a_whole_table_of_wrong_rows_is_not_all_printed(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    table = file(tmp_path, HEADER, *["a,b\n"] * (WRONG_SHOWN + 5))
    with pytest.raises(CannotStart, match=r"and 5 more rows$"):
        await enrol("customers", table, environ)


async def test_a_meter_that_reads_as_another_is_named(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    await enrol("customers", file(tmp_path, HEADER, HARUKA), environ)
    alike = file(
        tmp_path, HEADER, MINORU, HARUKA.replace("SM-33-", "SM-330-").replace("0000", "000")
    )
    with pytest.raises(CannotStart, match="reads the same as SM-330-00001"):
        await enrol("customers", alike, environ)
    assert await points(environ) == ["SM-33-000001"]


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (HEADER.encode() + HARUKA.encode("cp932"), "is not UTF-8"),
        (None, "cannot be read"),
        (b"", "the header must name"),
    ],
)
async def test_a_file_that_is_none_is_refused(
    raw: bytes | None, why: str, tmp_path: Path, environ: dict[str, str]
) -> None:
    table = tmp_path / "customers.csv"
    if raw is not None:
        table.write_bytes(raw)
    with pytest.raises(CannotStart, match=why):
        await enrol("customers", table, environ)
