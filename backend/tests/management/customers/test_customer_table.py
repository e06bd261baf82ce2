"""The utility's table as CSV: what is read, and every row that cannot be, by its line."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konsento.management.customers.customer_table import COLUMNS, UsagePoint, Wrong, read_table

HEADER = ",".join(COLUMNS)
ROW = (
    'SM-33-000001,33-101-00001,700-0024,33101-001,"岡山市北区, 駅元町1-1",春日 遥,'
    "h@example.jp,2026-11-22"
)
BARE = "SM-33-000002,3310100002,7000025,33101-001,岡山市北区昭和町2,,,"
ENDS_MS = 1_795_359_600_000  # 2026-11-23T00:00+09:00


def read(*lines: str, header: str = HEADER) -> tuple[list[UsagePoint], list[Wrong]]:
    wrong: list[Wrong] = []
    text = "\r\n".join((header, *lines)).splitlines(keepends=True)
    return list(read_table(text, wrong)), wrong


def with_(column: str, cell: str) -> str:
    """The bare row with another cell."""
    cells = BARE.split(",")
    cells[COLUMNS.index(column)] = cell
    return ",".join(cells)


def test_a_table_is_read_as_it_stands() -> None:
    points, wrong = read(ROW, "", BARE)
    assert wrong == []
    assert points == [
        UsagePoint(
            smid="SM-33-000001", smid_key="SM33000001", customer_number="3310100001",
            postal_code="7000024", area="33101-001", address="岡山市北区, 駅元町1-1",
            holder="春日 遥", email="h@example.jp", moved_out_at_ms=ENDS_MS,
        ),
        UsagePoint(
            smid="SM-33-000002", smid_key="SM33000002", customer_number="3310100002",
            postal_code="7000025", area="33101-001", address="岡山市北区昭和町2",
            holder=None, email=None, moved_out_at_ms=None,
        ),
    ]  # fmt: skip


def test_columns_may_come_in_any_order_and_after_a_byte_order_mark() -> None:
    turned = BARE.split(",")[::-1]
    points, wrong = read(",".join(turned), header="\ufeff" + ",".join(COLUMNS[::-1]))
    assert (wrong, points) == ([], read(BARE)[0])


WRONG = [
    ("smid", "", "smid"), ("smid", "sm-33-1", "smid"), ("smid", "---", "smid"),
    ("smid", "h@example.jp", "smid"), ("smid", "SM-33-00000000001", "smid"),
    ("customer_number", "h@example.jp", "customer_number"), ("customer_number", "", "customer_num"),
    ("customer_number", "700-0024", "customer_num"), ("customer_number", "9" * 23, "customer_num"),
    ("customer_number", "春日 遥", "customer_number"),
    ("postal_code", "3310100001", "postal_code"), ("postal_code", "000-0000", "postal_code"),
    ("postal_code", "70000", "postal_code"), ("postal_code", "h@example.jp", "postal_code"),
    ("postal_code", "７００００２", "postal_code"),
    ("area", "", "area"), ("area", "岡山市", "area"), ("area", "a b", "area"),
    ("address", "", "address: is empty"), ("address", "h@example.jp", "address: a mail address"),
    ("address", "h＠example.jp", "address: a mail address"),
    ("address", "3310100001", "address: a number"), ("address", "700-0024", "address: a number"),
    ("address", "岡" * 201, "address: 200"), ("address", "岡" * 1_001, "address: longer"),
    ("address", "<b>岡山市</b>", "address: has < or >"),
    ("address", "岡山市\u202e1", "address: has characters"),
    ("address", "岡山\x00市", "address: has characters"),
    ("address", '"岡山\r\n市"', "address: has characters"),
    ("holder", "h@example.jp", "holder: a mail address"),
    ("holder", "0861234567", "holder: a number"),
    ("holder", "<script>", "holder: has < or >"), ("holder", "遥" * 101, "holder: 100"),
    ("email", "春日 遥", "email"), ("email", "h@example", "email"),
    ("email", "086-123-4567", "email"),
    ("email", "a@b.jp b@c.jp", "email"), ("email", "h@еxample.jp", "email"),
    ("email", "h@" + "e" * 60 + ".e" * 120, "email"),
    ("moved_out_on", "22/11/2026", "moved_out_on"), ("moved_out_on", "2026-02-30", "moved_out_on"),
    ("moved_out_on", "20261122", "moved_out_on"), ("moved_out_on", "9999-12-31", "moved_out_on"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "cell", "why"), WRONG)
def test_a_wrong_row_is_named_by_line_and_column_and_never_repeated(
    column: str, cell: str, why: str
) -> None:
    points, wrong = read(ROW, with_(column, cell))
    assert [point.smid for point in points] == ["SM-33-000001"]
    (found,) = wrong
    assert found.line == 3 + cell.count("\n")
    assert found.why.startswith(why)
    assert not cell.strip('"') or cell.strip('"') not in found.why


def test_every_wrong_row_is_named_and_not_the_first_alone() -> None:
    rows = [with_("postal_code", "1"), ROW, with_("email", "x"), "a,b", BARE]
    points, wrong = read(*rows)
    assert [each.line for each in wrong] == [2, 4, 5]
    assert wrong[-1].why == "2 cells, not 8"
    assert len(points) == 2


def test_a_meter_stands_once_however_its_smid_is_written() -> None:
    alike = with_("smid", "SM-330-00002")
    _, wrong = read(BARE, alike, BARE)
    assert [(each.line, each.why[:26]) for each in wrong] == [
        (3, "smid: the same as at line "), (4, "smid: the same as at line "),
    ]  # fmt: skip
    assert all("line 2" in each.why for each in wrong)


@pytest.mark.parametrize(
    "header", ["", HEADER + ",more", HEADER.replace("email", "mail"), HEADER + ",smid", "{}"]
)
def test_a_header_that_is_none_is_named(header: str) -> None:
    points, wrong = read(BARE, header=header)
    assert (points, [each.line for each in wrong]) == ([], [1])


def test_what_is_no_csv_ends_the_reading_with_its_line() -> None:
    _, wrong = read(ROW, '"SM-33-000009" x,2', BARE)
    assert [each.line for each in wrong] == [3]


def test_there_is_an_end_to_a_table() -> None:
    wrong: list[Wrong] = []
    points = list(read_table([f"{line}\n" for line in (HEADER, ROW, BARE)], wrong, rows_max=1))
    assert (len(points), [each.line for each in wrong]) == (1, [3])


def lines(text: str) -> Iterator[str]:
    yield from text.splitlines(keepends=True)


@given(st.text() | st.from_regex(r"(\A[^\n]{0,20}(,[^\n]{0,9}){7}\n)+"))
def test_whatever_is_in_the_file_a_row_is_right_or_named(text: str) -> None:
    wrong: list[Wrong] = []
    points = list(read_table([f"{HEADER}\n", *lines(text)], wrong))
    for point in points:
        assert point.smid_key.isascii()
        assert point.customer_number.isdigit()
        assert "@" not in point.address
    assert all(each.line >= 1 and each.why for each in wrong)
