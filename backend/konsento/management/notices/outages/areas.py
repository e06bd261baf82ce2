"""What the outage room calls its areas, asked for once in a while and remembered."""

from konsento.management.notices.outages.facts import Names
from konsento.management.notices.outages.limits import AREAS_ASKED_EVERY_MS
from konsento.outage.contract import AreaCalled, AreaView, OutageClient

UNNAMED = Names("", "")


class AreaBook:
    """Names by area; empty for one that is not known."""

    def __init__(self) -> None:
        self._names: dict[str, Names] = {}
        self._asked_at_ms = -AREAS_ASKED_EVERY_MS

    async def look_up(self, outages: OutageClient, now_ms: int) -> None:
        """Ask, if it is time to. Raises OutageUnreachable, OutageRefused."""
        if now_ms - self._asked_at_ms >= AREAS_ASKED_EVERY_MS:
            called = (await outages.areas()).areas
            self._names = {each.area: named(each) for each in called}
            self._asked_at_ms = now_ms

    def of(self, area: str) -> Names:
        return self._names.get(area, UNNAMED)


def named(area: AreaView | AreaCalled) -> Names:
    """The area in one line: from the large to the small in Japanese, the other way in English."""
    ja = area.prefecture_ja + area.municipality_ja + area.district_ja
    en = ", ".join(
        each for each in (area.district_en, area.municipality_en, area.prefecture_en) if each
    )
    return Names(ja or area.area, en or area.area)
