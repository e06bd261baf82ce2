"""One thing told of a meter, with what was known when it was: words are made of it when it is sent.

Pure. It is kept as it was, so that a second try says the same, in whichever language.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec

from konsento.management.notices.outages.facts import Outage
from konsento.management.notices.outages.limits import DAY_MS, HOUR_MS, MINUTE_MS
from konsento.management.notices.outages.told import Kind

Urgency = Literal["very-low", "low", "normal", "high"]
PLANNED = frozenset(
    {
        Kind.PLANNED_AHEAD,
        Kind.PLANNED_EVE,
        Kind.PLANNED_MOVED,
        Kind.PLANNED_CANCELLED,
        Kind.PLANNED_NOW,
    }
)
# For how long it is news to a phone that was off; after that its page says what is true.
NEWS_MS: Mapping[Kind, int] = {
    Kind.AREA: HOUR_MS,
    Kind.OWN_CONFIRMED: HOUR_MS,
    Kind.OWN_LIKELY: HOUR_MS,
    Kind.OWN_CANNOT_TELL: HOUR_MS,
    Kind.EXPECTED_CHANGED: HOUR_MS,
    Kind.CAUSE_CHANGED: HOUR_MS,
    Kind.OVERDUE: HOUR_MS,
    Kind.AREA_BACK_YOURS_SILENT: HOUR_MS,
    Kind.RESTORED: DAY_MS,
    Kind.TAKEN_BACK: DAY_MS,
    Kind.TAKEN_BACK_UNSURE: DAY_MS,
    Kind.PLANNED_AHEAD: 3 * DAY_MS,
    Kind.PLANNED_EVE: DAY_MS,
    Kind.PLANNED_MOVED: 3 * DAY_MS,
    Kind.PLANNED_CANCELLED: 3 * DAY_MS,
    Kind.PLANNED_NOW: HOUR_MS,
    Kind.DIGEST: HOUR_MS,
    Kind.TRIAL: 10 * MINUTE_MS,
    Kind.NEW_REGISTRANT: 3 * DAY_MS,
}
URGENCY: Mapping[Kind, Urgency] = {
    Kind.AREA: "high",
    Kind.OWN_CONFIRMED: "high",
    Kind.OWN_LIKELY: "high",
    Kind.OWN_CANNOT_TELL: "high",
    Kind.EXPECTED_CHANGED: "normal",
    Kind.CAUSE_CHANGED: "normal",
    Kind.OVERDUE: "normal",
    Kind.AREA_BACK_YOURS_SILENT: "high",
    Kind.RESTORED: "high",
    Kind.TAKEN_BACK: "high",
    Kind.TAKEN_BACK_UNSURE: "high",
    Kind.PLANNED_AHEAD: "low",
    Kind.PLANNED_EVE: "normal",
    Kind.PLANNED_MOVED: "low",
    Kind.PLANNED_CANCELLED: "low",
    Kind.PLANNED_NOW: "low",
    Kind.DIGEST: "normal",
    Kind.TRIAL: "high",
    Kind.NEW_REGISTRANT: "normal",
}


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """`about` is what a digest is about. `since_ms` and `until_ms`: without power, as told.

    `outage` is None for a trial, and where its record was gone.
    """

    id: str
    registration: str
    smid: str
    kind: Kind
    about: Kind
    thread: str
    at_ms: int
    since_ms: int | None = None
    until_ms: int | None = None
    outage: Outage | None = None

    @property
    def tag(self) -> str:
        """All that is told of one outage to one registration replaces what was told before."""
        return f"power:{self.thread}:{self.registration}"[:100]

    @property
    def to_whomever(self) -> "Notice":
        """What it says, without whom it is for: a whole city's are but a few."""
        return msgspec.structs.replace(self, id="", registration="", smid="", thread="")

    @property
    def of_works(self) -> bool:
        """Goes by the list of planned works, which its reader may end by itself."""
        works = self.outage is not None and self.outage.planned
        return self.about in PLANNED or (works and self.about in (Kind.OVERDUE, Kind.RESTORED))


def left_s(notice: Notice, now_ms: int) -> int:
    """Seconds for which it is still news; nought or less: drop it."""
    return (notice.at_ms + NEWS_MS[notice.kind] - now_ms) // 1000
