"""Writes the town's register as the utility would hand it over: areas, nodes and meters as CSV."""

import csv
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from konsento.mdms.fleet.town.arrays import Ints
from konsento.mdms.fleet.town.limits import NEVER_MS
from konsento.mdms.fleet.town.plan import TownPlan

AREAS = (
    "area", "prefecture_ja", "municipality_ja", "district_ja",
    "prefecture_en", "municipality_en", "district_en",
)  # fmt: skip
NODES = ("node", "kind", "parent", "fed_by", "valid_from", "valid_to")
METERS = (
    "smid", "transformer", "relay", "area",
    "in_service_from", "in_service_to", "vacant", "valid_from",
)  # fmt: skip


def instant(at_ms: int | None) -> str:
    """2026-11-21T00:00:00Z; nothing for an open end."""
    if at_ms is None or at_ms <= 0 or at_ms >= NEVER_MS:
        return ""
    return datetime.fromtimestamp(at_ms / 1_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def write_register(plan: TownPlan, folder: Path) -> tuple[Path, Path, Path]:
    """areas.csv, nodes.csv and meters.csv in `folder`, which must exist."""
    areas = folder / "areas.csv"
    _write(areas, AREAS, ([getattr(area, field) for field in AREAS] for area in plan.areas))
    nodes = folder / "nodes.csv"
    _write(nodes, NODES, node_rows(plan))
    meters = folder / "meters.csv"
    _write(meters, METERS, meter_rows(plan))
    return areas, nodes, meters


def write_moves(plan: TownPlan, rows: Ints, from_ms: int, path: Path) -> None:
    """The meters `rows` as they hang from `from_ms` on: a table of changes alone."""
    chosen = set(rows.tolist())
    changed = (row for at, row in enumerate(meter_rows(plan, instant(from_ms))) if at in chosen)
    _write(path, METERS, changed)


def _write(path: Path, header: tuple[str, ...], rows: Iterable[Iterable[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(header)
        table.writerows(rows)


def node_rows(plan: TownPlan) -> Iterator[tuple[str, ...]]:
    """Parents before their children. What feeds itself from a battery has no `fed_by`."""
    nothing = ("", "")
    for code in plan.feeder_codes:
        yield code, "feeder", "", "", *nothing
    for code, feeder in zip(plan.section_codes, plan.feeder_of_section.tolist(), strict=True):
        yield code, "section", plan.feeder_codes[feeder], "", *nothing
    of_transformer = plan.section_of_transformer.tolist()
    for code, section in zip(plan.transformer_codes, of_transformer, strict=True):
        yield code, "transformer", plan.section_codes[section], "", *nothing
    for code in plan.head_end_codes:
        yield code, "head_end", "", "", *nothing
    for number, code in enumerate(plan.concentrator_codes):
        above = plan.head_end_codes[plan.head_end_of_concentrator[number]]
        fed = _feed(plan, int(plan.feed_of_concentrator[number]))
        yield code, "concentrator", above, fed, *nothing
    for number, code in enumerate(plan.relay_codes):
        if not plan.relay_is_direct[number]:
            above = plan.concentrator_codes[plan.concentrator_of_relay[number]]
            yield code, "relay", above, _feed(plan, int(plan.feed_of_relay[number])), *nothing


def _feed(plan: TownPlan, feed: int) -> str:
    return plan.transformer_codes[feed] if feed >= 0 else ""


def meter_rows(plan: TownPlan, valid_from: str = "") -> Iterator[tuple[str, ...]]:
    """`relay` names the concentrator itself where a meter hangs on it directly."""
    direct = plan.relay_is_direct
    upwards = [
        plan.concentrator_codes[plan.concentrator_of_relay[relay]] if direct[relay] else code
        for relay, code in enumerate(plan.relay_codes)
    ]
    columns = zip(
        plan.smids.astype("U16").tolist(),
        plan.transformer_of_meter.tolist(),
        plan.relay_of_meter.tolist(),
        plan.area_of_meter.tolist(),
        plan.in_service_from_ms.tolist(),
        plan.in_service_to_ms.tolist(),
        plan.vacant.tolist(),
        strict=True,
    )
    for smid, transformer, relay, area, begins_ms, ends_ms, vacant in columns:
        yield (
            smid, plan.transformer_codes[transformer], upwards[relay], plan.areas[area].area,
            instant(begins_ms), instant(ends_ms), "1" if vacant else "0", valid_from,
        )  # fmt: skip
