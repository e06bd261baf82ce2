"""A facility's file is read whole, and each wrong row is named by its line and its reason."""

import re
from typing import get_args, get_type_hints

import pytest

from konsento.assembly.enrolment.plan import ROWS_MAX, PlanRefused, Tariff, read_plan
from konsento.management.retail.power_type import PowerType
from tests.assembly.enrolment.parts import PLAN, line_of, with_
from tests.house.tree import ROOT


def complaints(text: str) -> list[tuple[int, str]]:
    with pytest.raises(PlanRefused) as refused:
        read_plan(text)
    return [(each.line, each.what) for each in refused.value.complaints]


def test_a_file_is_read_with_its_units() -> None:
    plan = read_plan(PLAN)
    assert (plan.facility.id, plan.facility.phone) == ("midori", "086-012-3456")
    assert [each.power_w_max for each in plan.outlets] == [3_000, 1_500]
    assert plan.tariffs[0].unit_price_myen_per_kwh == 42_000
    assert (plan.outlets[1].plan_x, plan.outlets[1].hint_ja) == (None, "")


@pytest.mark.parametrize(
    ("old", "new", "where", "why"),
    [
        ("42_000", "42.0", "unit_price", "Expected `int`, got `float`"),
        ("42_000", "-1", "unit_price", "Expected `int` >= 0"),
        ("power_type = \"solar\"", "power_type = \"coal\"", "power_type", "'coal'"),
        ("T1234567890123", "1234567890123", "registration_number", "matching regex"),
        ("086-012-3456", "call us", "phone", "matching regex"),
        ("id = \"midori\"", "id = \"みどり\"", "id = ", "matching regex"),
        ("ampere = 15", "ampere = 40", "ampere", "<= 20"),
        ("voltage_v = 200", "voltage_v = 230", "voltage_v", "230"),
        ("register_wh = 1_234_560", "register_wh = 1_234_565", "register_wh", "multiple of 10"),
        ("plan_y = 1", "", "[[outlet]]", "plan_x and plan_y belong together"),
        ("smid = ", "smidd = ", "smid = ", "unknown field `smidd`"),
        ("smid = \"SM-33-2001\"\n", "", "[[outlet]]", "missing required field `smid`"),
        ("retailer = \"harukaze\"", "retailer = \"minato\"", "[[tariff]]", "no [[retailer]]"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_named_by_its_line_and_its_reason(
    old: str, new: str, where: str, why: str
) -> None:
    ((line, what),) = complaints(with_(old, new))
    assert line == line_of(where)
    assert why in what


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("MID-0002", "MID-0001", "outlet: MID-0001 stands at line"),
        ("SM-33-2002", "SM-33-2001", "outlet: meter SM-33-2001 stands at line"),
    ],
)
def test_what_stands_twice_is_named_with_the_first(old: str, new: str, said: str) -> None:
    ((line, what),) = complaints(with_(old, new))
    second = PLAN.index("[[outlet]]", PLAN.index("[[outlet]]") + 1)
    assert line == PLAN[:second].count("\n") + 1
    assert what == f"{said} {line_of('[[outlet]]')} already"


def test_all_that_is_wrong_is_told_at_once_in_the_order_of_the_lines() -> None:
    text = with_("ampere = 15", "ampere = 0", with_("42_000", "0.5", with_("086", "x", PLAN)))
    lines = [line for line, _ in complaints(text)]
    assert lines == [line_of("phone"), line_of("unit_price"), line_of("ampere")]


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("", 0, "missing required field"),
        ("[facility]\nid = = 3\n", 2, "Invalid value"),
        (f"{PLAN}\n[[driver]]\nname = 'haruka'\n", PLAN.count("\n") + 2, "[driver] is nothing"),
        (f"operator = 3\n{PLAN}".replace("[[operator]]\nname = \"hana\"\n", ""), 0, "[[operator]]"),
        (PLAN + "[[operator]]\nname = 'x'\n" * (ROWS_MAX + 1), 7, "500 times at most"),
    ],
)  # fmt: skip
def test_what_is_no_plan_at_all_is_told_so(text: str, line: int, why: str) -> None:
    assert [at for at, what in complaints(text) if why in what] == [line]


def test_the_kinds_of_power_are_those_that_are_sold() -> None:
    kinds = get_args(get_type_hints(Tariff, include_extras=True)["power_type"])
    assert set(kinds) == {each.value for each in PowerType}


def test_the_file_in_the_documentation_is_one_that_is_enrolled() -> None:
    text = (ROOT / "docs" / "running.md").read_text("utf-8")
    (shown,) = re.findall(r"```toml\n(.*?)```", text, re.S)
    assert read_plan(shown).outlets[0].hint_en == "left of the entrance"
