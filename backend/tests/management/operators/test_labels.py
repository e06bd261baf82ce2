"""A label sheet holds each outlet's code, place and domain, and its QR code as drawn shapes."""

import re
import zlib
from base64 import a85decode

import msgspec
import pytest

from konsento.management.charging.store import Outlet
from konsento.management.operators.labels import (
    COLUMNS,
    GOTHIC,
    ROWS,
    TEXT_WIDTH,
    Label,
    kilowatts,
    label_of,
    modules,
    runs,
    sheets,
    unmarked,
    wrapped,
)
from konsento.management.operators.limits import LABELS_MAX
from tests.management.operators.front_desk import BAY_1, BAY_2, HANA, FrontDesk

LABEL = Label(
    address=f"https://konsento.example/o/{BAY_1}", code=f"{BAY_1[:5]}-{BAY_1[5:]}",
    domain="konsento.example", place_ja="みどり町駐車場 1番", place_en="Midori-cho, bay 1",
    voltage_v=200, power_w_max=3_000,
)  # fmt: skip


def drawn(pdf: bytes) -> list[str]:
    """What each page draws."""
    streams = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.S)
    return [
        zlib.decompress(a85decode(b"<~" + raw.strip(), adobe=True)).decode("latin-1")
        for raw in streams
    ]


def texts(page: str) -> list[str]:
    """The strings of a page; those set in the Japanese font are in two-byte letters."""

    def letter(escaped: re.Match[str]) -> str:
        said = escaped[1]
        return chr(int(said, 8)) if said.isdigit() else {"n": "\n", "r": "\r"}.get(said, said)

    found = []
    for raw in re.findall(r"\(((?:\\.|[^\\()])*)\) Tj", page):
        plain = re.sub(r"\\([0-7]{3}|.)", letter, raw)
        wide = re.search(r"[^ -~]", plain)
        found.append(plain.encode("latin-1").decode("utf-16-be") if wide else plain)
    return found


def test_a_sheet_says_what_an_outlet_is_and_where_its_code_leads() -> None:
    (page,) = drawn(sheets([LABEL]))
    said = texts(page)
    for line in (
        LABEL.code, "みどり町駐車場 1番", "Midori-cho, bay 1", "200 V　最大 3 kW",
        "200 V, up to 3 kW", "konsento.example",
        "読み取ったら、画面のアドレスが konsento.example か、くらべてください。",
        "After scanning, compare: the address on your screen is konsento.example",
    ):  # fmt: skip
        assert line in said


def test_a_label_names_the_telephone_of_whoever_has_one() -> None:
    (page,) = drawn(sheets([msgspec.structs.replace(LABEL, phone="086-012-3456"), LABEL]))
    assert [each for each in texts(page) if "Help" in each] == ["お困りのとき　Help　086-012-3456"]


def test_the_japanese_font_is_one_that_every_reader_has() -> None:
    pdf = sheets([LABEL])
    assert GOTHIC.encode() in pdf
    assert b"UniJIS-UCS2-H" in pdf
    assert b"/FontFile" not in pdf


def test_the_code_on_the_sheet_is_drawn_module_by_module() -> None:
    (page,) = drawn(sheets([LABEL]))
    matrix = modules(LABEL.address)
    boxes = [
        tuple(float(n) for n in found)
        for found in re.findall(r"([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re", page)
    ]
    side = min(height for _, _, _, height in boxes)
    left, top = min(x for x, *_ in boxes), max(y for _, y, *_ in boxes)
    seen = [[False] * len(matrix) for _ in matrix]
    for x, y, width, _ in boxes:
        row, column = round((top - y) / side), round((x - left) / side)
        for step in range(round(width / side)):
            seen[row][column + step] = True
    assert seen == matrix


def test_runs_cover_the_dark_modules_and_no_other() -> None:
    matrix = [[True, True, False], [False, False, False], [True, False, True]]
    assert list(runs(matrix)) == [(0, 0, 2), (2, 0, 1), (2, 2, 1)]


@pytest.mark.parametrize(("labels", "pages"), [(1, 1), (10, 1), (11, 2), (LABELS_MAX, 10)])
def test_ten_labels_fill_a_sheet(labels: int, pages: int) -> None:
    assert COLUMNS * ROWS == 10
    assert len(drawn(sheets([LABEL] * labels))) == pages


def test_the_same_labels_make_the_same_bytes() -> None:
    assert sheets([LABEL, LABEL]) == sheets([LABEL, LABEL])


@pytest.mark.parametrize(
    ("power_w", "said"), [(3_000, "3 kW"), (1_500, "1.5 kW"), (6_250, "6.25 kW"), (900, "0.9 kW")]
)
def test_power_has_as_many_decimals_as_it_needs(power_w: int, said: str) -> None:
    assert kilowatts(power_w) == said


def test_a_long_place_is_wrapped_and_nothing_of_it_is_left_out() -> None:
    place = "1階 来客用駐車場（西側）いちばん奥の柱の左どなり"
    lines = wrapped(place, GOTHIC, 12, TEXT_WIDTH, 2)
    assert len(lines) == 2
    assert "".join(lines).replace(" ", "") == place.replace(" ", "")
    assert wrapped("", GOTHIC, 12, TEXT_WIDTH, 2) == []
    assert wrapped("みどり", GOTHIC, 12, TEXT_WIDTH, 2) == ["みどり"]


def test_letters_that_the_latin_font_lacks_lose_their_marks() -> None:
    assert unmarked("Ōdōri, café") == "Odori, café"


async def test_labels_are_printed_for_the_codes_asked_for(front: FrontDesk) -> None:
    hana = await front.sit_down(HANA)
    asked = f"{BAY_2[:5]}-{BAY_2[5:]}".lower()
    answer = await front.ask(hana, "GET", f"/labels.pdf?codes={asked}")
    assert answer.headers["content-type"] == "application/pdf"
    assert 'filename="labels.pdf"' in answer.headers["content-disposition"]
    (page,) = drawn(answer.content)
    assert f"{BAY_2[:5]}-{BAY_2[5:]}" in texts(page)
    assert f"{BAY_1[:5]}-{BAY_1[5:]}" not in texts(page)


async def test_without_codes_all_outlets_of_the_facility_are_printed(front: FrontDesk) -> None:
    hana = await front.sit_down(HANA)
    (page,) = drawn((await front.ask(hana, "GET", "/labels.pdf")).content)
    for code in (BAY_1, BAY_2):
        assert f"{code[:5]}-{code[5:]}" in texts(page)


async def test_a_code_with_a_typing_error_is_told(front: FrontDesk) -> None:
    hana = await front.sit_down(HANA)
    answer = await front.ask(hana, "GET", "/labels.pdf?codes=0000000001")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/mistyped-code")


async def test_more_labels_than_are_printed_at_once_are_refused(front: FrontDesk) -> None:
    hana = await front.sit_down(HANA)
    codes = ",".join([BAY_1] * (LABELS_MAX + 1))
    answer = await front.ask(hana, "GET", f"/labels.pdf?codes={codes}")
    assert (answer.status_code, answer.json()["most"]) == (422, LABELS_MAX)


def test_the_domain_is_what_a_phone_shows() -> None:
    outlet = Outlet(
        code=BAY_1, outlet="O", facility="midori", title_ja="", title_en="", hint_ja="",
        hint_en="", voltage_v=100, power_w_max=1_500, locked=False,
    )  # fmt: skip
    made = label_of(outlet, "https://charge.example:8443")
    assert made.domain == "charge.example:8443"
    assert made.address == f"https://charge.example:8443/o/{BAY_1}"


async def test_a_person_who_is_signed_out_is_led_to_the_door(front: FrontDesk) -> None:
    accept = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    answer = await front.browser().get("/api/operators/labels.pdf", headers=accept)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk#labels")
    asked = await front.browser().get("/api/operators/labels.pdf")
    assert (asked.status_code, asked.json()["type"]) == (401, "/problems/not-signed-in")
