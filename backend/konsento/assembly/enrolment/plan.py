"""What a facility's file says: read, bounded, and every wrong row named by its line. Pure.

The file is TOML: one [facility], and as many [[operator]], [[retailer]], [[tariff]] and
[[outlet]] as there are. Money is thousandths of a yen for a kWh, a register is watt-hours.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta

from konsento.mdms.contract import Outlet as OutletName
from konsento.mdms.contract import Retailer as RetailerId

FACILITY = r"^[a-z0-9][a-z0-9-]{0,39}$(?!\n)"
LINE = r"^[^\x00-\x1f\x7f]*[^\x00-\x1f\x7f\s][^\x00-\x1f\x7f]*$(?!\n)"
PHONE = r"^\+?[0-9][0-9 ()-]{2,23}$(?!\n)"
ROWS_MAX = 500  # of one kind; a board shows no more outlets

Name = Annotated[str, Meta(pattern=LINE, max_length=80)]
Hint = Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f]*$(?!\n)", max_length=80)]
Bay = Annotated[int, Meta(ge=1, le=200)]


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One table of the file."""


class Facility(Table, frozen=True):
    """`phone` is where its drivers are helped."""

    id: Annotated[str, Meta(pattern=FACILITY)]
    name_ja: Name
    name_en: Name
    phone: Annotated[str, Meta(pattern=PHONE)] | None = None


class Operator(Table, frozen=True):
    """Somebody at the facility's desk."""

    name: Annotated[str, Meta(pattern=LINE, max_length=64)]


class Retailer(Table, frozen=True):
    """Whose power it is; the number is that of its qualified invoices: T and 13 digits."""

    id: RetailerId
    name_ja: Name
    name_en: Name
    registration_number: Annotated[str, Meta(pattern=r"^T[0-9]{13}$(?!\n)")]


class Tariff(Table, frozen=True):
    """One power of one retailer, sold at the facility; `owner`: it is the facility's own choice."""

    retailer: RetailerId
    power_type: Literal["solar", "wind", "hydro", "geothermal", "other"]
    unit_price_myen_per_kwh: Annotated[int, Meta(ge=0, le=1_000_000)]
    carbon_g_per_kwh: Annotated[int, Meta(ge=0, le=5_000)]
    owner: bool = False


class Outlet(Table, frozen=True):
    """`outlet` is the control system's name for it, `smid` its meter, `register_wh` what that
    showed when it was put up. `plan_x` and `plan_y` are its bay on the picture of the place.
    """

    outlet: OutletName
    smid: Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,31}$(?!\n)")]
    register_wh: Annotated[int, Meta(ge=0, le=999_999_990, multiple_of=10)]
    voltage_v: Literal[100, 200]
    ampere: Annotated[int, Meta(ge=1, le=20)]
    name_ja: Name
    name_en: Name
    hint_ja: Hint = ""
    hint_en: Hint = ""
    plan_x: Bay | None = None
    plan_y: Bay | None = None

    @property
    def power_w_max(self) -> int:
        return self.voltage_v * self.ampere


class Complaint(msgspec.Struct, frozen=True, order=True):
    """What is wrong, and at which line of the file; 0 where it is the file as a whole."""

    line: int
    what: str


class PlanRefused(Exception):
    """Nothing was enrolled: every complaint, in the order of the lines."""

    def __init__(self, complaints: list[Complaint]) -> None:
        self.complaints = sorted(complaints)
        super().__init__("\n".join(f"line {each.line}: {each.what}" for each in self.complaints))


Lines = Mapping[tuple[str, int], int]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The file; `lines` is where the n-th table of a kind begins."""

    facility: Facility
    operators: tuple[Operator, ...]
    retailers: tuple[Retailer, ...]
    tariffs: tuple[Tariff, ...]
    outlets: tuple[Outlet, ...]
    lines: Lines

    def complain(self, kind: str, number: int, what: str) -> Complaint:
        return Complaint(self.lines.get((kind, number), 0), what)


HEADER = re.compile(r"^\s*\[\[?\s*(\w+)\s*\]\]?\s*(#.*)?$")
Row = TypeVar("Row", bound=Table)


def read_plan(text: str) -> Plan:
    """Raises PlanRefused, with all that is wrong."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        raise PlanRefused([Complaint(int(found[1]) if found else 0, str(error))]) from None
    reading = _Reading(text)
    operators = reading.rows(tables.pop("operator", []), "operator", Operator)
    retailers = reading.rows(tables.pop("retailer", []), "retailer", Retailer)
    tariffs = reading.rows(tables.pop("tariff", []), "tariff", Tariff)
    outlets = reading.rows(tables.pop("outlet", []), "outlet", Outlet)
    facility = reading.row(tables.pop("facility", {}), "facility", 0, Facility)
    for name in tables:
        reading.complain(reading.lines.get((name, 0), 0), f"[{name}] is nothing that is enrolled")
    if facility is not None and not reading.complaints:
        plan = Plan(
            facility=facility, operators=tuple(operators), retailers=tuple(retailers),
            tariffs=tuple(tariffs), outlets=tuple(outlets), lines=reading.lines,
        )  # fmt: skip
        reading.complaints.extend(quarrels(plan))
        if not reading.complaints:
            return plan
    raise PlanRefused(reading.complaints)


class _Reading:
    """A file being read: where its tables stand, and what is wrong so far."""

    def __init__(self, text: str) -> None:
        self._text = text.splitlines()
        self.lines: dict[tuple[str, int], int] = {}
        self.complaints: list[Complaint] = []
        counted: dict[str, int] = {}
        for number, line in enumerate(self._text, 1):
            if header := HEADER.match(line):
                kind = header[1]
                self.lines[kind, counted.get(kind, 0)] = number
                counted[kind] = counted.get(kind, 0) + 1

    def complain(self, line: int, what: str) -> None:
        self.complaints.append(Complaint(line, what))

    def rows(self, given: Any, kind: str, of: type[Row]) -> list[Row]:
        if not isinstance(given, list) or len(given) > ROWS_MAX:
            wanted = f"write [[{kind}]], {ROWS_MAX} times at most"
            self.complain(self.lines.get((kind, 0), 0), wanted)
            return []
        made = (self.row(each, kind, number, of) for number, each in enumerate(given))
        return [each for each in made if each is not None]

    def row(self, given: Any, kind: str, number: int, of: type[Row]) -> Row | None:
        try:
            return msgspec.convert(given, of)
        except msgspec.ValidationError as error:
            what, _, path = str(error).partition(" - at `$.")
            key = path.rstrip("`") or (re.findall(r"unknown field `(.+)`", what) or [""])[0]
            line = self._line_of(kind, number, key)
            self.complain(line, f"{kind}{f', {key}' if key else ''}: {what}")
            return None

    def _line_of(self, kind: str, number: int, key: str) -> int:
        """Of a key within its table, else of the table."""
        begins = self.lines.get((kind, number), 0)
        for line in range(begins, len(self._text)):
            if HEADER.match(self._text[line]):
                break
            if key and re.match(rf"\s*{re.escape(key)}\s*=", self._text[line]):
                return line + 1
        return begins


def quarrels(plan: Plan) -> Iterator[Complaint]:
    """Rows that are right by themselves and wrong beside each other."""
    sold_by = {each.id for each in plan.retailers}
    for number, tariff in enumerate(plan.tariffs):
        if tariff.retailer not in sold_by:
            what = f"tariff, retailer: no [[retailer]] has the id {tariff.retailer}"
            yield plan.complain("tariff", number, what)
    for number, outlet in enumerate(plan.outlets):
        if (outlet.plan_x is None) != (outlet.plan_y is None):
            yield plan.complain("outlet", number, "outlet: plan_x and plan_y belong together")
    desk = [" ".join(each.name.casefold().split()) for each in plan.operators]
    yield from _twice(plan, "operator", desk)
    yield from _twice(plan, "retailer", [each.id for each in plan.retailers])
    sold = [f"{each.power_type} of {each.retailer}" for each in plan.tariffs]
    yield from _twice(plan, "tariff", sold)
    yield from _twice(plan, "outlet", [each.outlet for each in plan.outlets])
    yield from _twice(plan, "outlet", [f"meter {each.smid}" for each in plan.outlets])
    bays = [f"bay {each.plan_x}, {each.plan_y}" if each.plan_x else "" for each in plan.outlets]
    yield from _twice(plan, "outlet", bays)


def _twice(plan: Plan, kind: str, names: list[str]) -> Iterator[Complaint]:
    first: dict[str, int] = {}
    for number, name in enumerate(names):
        if name and first.setdefault(name, number) != number:
            before = plan.lines.get((kind, first[name]), 0)
            yield plan.complain(kind, number, f"{kind}: {name} stands at line {before} already")
