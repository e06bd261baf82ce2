"""The last storm told as a timeline: what happened beside what was told, and when."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from konsento.assembly.demo.storm import LASTS_MS
from konsento.mdms.fleet.town.cuts import Kind
from konsento.mdms.fleet.town.directory import Breakable
from konsento.mdms.fleet.town.hand_cuts import HandCut
from konsento.mdms.fleet.town.plan import TownPlan
from konsento.outage.record import store
from konsento.outage.record.said import Source
from konsento.outage.record.store import Change, Kept

MOMENTS_MAX = 100
News = Literal["told", "restored", "taken_back"]


class Happened(msgspec.Struct, frozen=True, kw_only=True):
    """What a storm broke, or what was mended; `homes` hang on it."""

    at_ms: int
    what: Breakable
    code: str
    mended: bool
    homes: int


class ToldOf(msgspec.Struct, frozen=True, kw_only=True):
    """What people were told, of which place; `homes` were out by what was believed at most."""

    at_ms: int
    news: News
    place: str
    own: bool
    homes: int
    sentence_ja: str
    sentence_en: str


class Storm(msgspec.Struct, frozen=True, kw_only=True):
    """Both in the order of their time, up to now; epoch ms."""

    from_ms: int
    until_ms: int
    happened: list[Happened]
    told: list[ToldOf]


async def last_storm(cuts: Sequence[HandCut], plan: TownPlan, now_ms: int) -> Storm | None:
    """The storm that these cuts are of; None before the first."""
    if not cuts:
        return None
    from_ms = cuts[0].storm_ms
    return Storm(
        from_ms=from_ms,
        until_ms=from_ms + LASTS_MS,
        happened=_happened(cuts, plan, now_ms)[:MOMENTS_MAX],
        told=(await _told(from_ms))[:MOMENTS_MAX],
    )


def _happened(cuts: Sequence[HandCut], plan: TownPlan, now_ms: int) -> list[Happened]:
    moments = [
        Happened(at_ms=at_ms, what=cut.what, code=cut.code, mended=mended, homes=_homes(cut, plan))
        for cut in cuts
        for at_ms, mended in ((cut.from_ms, False), (cut.to_ms, True))
        if at_ms <= now_ms
    ]
    return sorted(moments, key=lambda moment: (moment.at_ms, moment.what, moment.code))


def _homes(cut: HandCut, plan: TownPlan) -> int:
    transformer = plan.transformer_of_meter
    section = plan.section_of_transformer[transformer]
    nodes = {
        Kind.FEEDER: (plan.feeder_codes, plan.feeder_of_section[section]),
        Kind.SECTION: (plan.section_codes, section),
        Kind.TRANSFORMER: (plan.transformer_codes, transformer),
        Kind.CONCENTRATOR: (plan.concentrator_codes, plan.concentrator_of_meter()),
    }
    found = nodes.get(Kind[cut.what.upper()])
    if found is None:
        return 1
    codes, of_meter = found
    below = (of_meter == codes.index(cut.code)) & plan.stands(cut.from_ms)
    return int(below.sum())


async def _told(from_ms: int) -> list[ToldOf]:
    """Of each outage since then: when people could be told first, and how it ended."""
    told: list[ToldOf] = []
    for kept in await store.since(from_ms):
        if kept.opened_at_ms >= from_ms and kept.record.verified:
            changes = await store.changes_of(kept.outage)
            told += [_moment(kept, at_ms, news) for at_ms, news in _news(kept, changes)]
    return sorted(told, key=lambda each: (each.at_ms, each.place))


def _news(kept: Kept, changes: Sequence[tuple[int, int, Change]]) -> list[tuple[int, News]]:
    first_ms, first = changes[0][1], changes[0][2]
    by_switch = first.source == Source.DISTRIBUTION_AUTOMATION
    verified = [at_ms for _, at_ms, change in changes if "verified" in change.fields]
    found: list[tuple[int, News]] = [
        (max(verified) if by_switch and verified else first_ms, "told")
    ]
    ended = [at_ms for _, at_ms, change in changes if "restored_at_ms" in change.fields]
    if kept.record.retracted:
        back = [at_ms for _, at_ms, change in changes if "retracted" in change.fields]
        found.append((max(back, default=first_ms), "taken_back"))
    elif kept.record.restored_at_ms is not None and ended:
        found.append((max(ended), "restored"))
    return found


def _moment(kept: Kept, at_ms: int, news: News) -> ToldOf:
    record = kept.record
    return ToldOf(
        at_ms=at_ms,
        news=news,
        place=" · ".join((*record.places[:3], *("…" for _ in record.places[3:4]))),
        own=record.scope == "own_premises",
        homes=sum(area.households_out for area in record.areas_max),
        sentence_ja=record.sentence_ja,
        sentence_en=record.sentence_en,
    )
