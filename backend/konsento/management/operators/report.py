"""A problem that a visitor reports at an outlet, and the answer that closes it.

One report stands open for a visitor, an outlet and a kind: reported twice is reported once. Who
reported is never shown to the desk.
"""

from typing import Literal

import msgspec

from konsento.foundation.databases import PEOPLE
from konsento.foundation.problems import Refusal
from konsento.management.operators.account import Operator
from konsento.management.operators.acts import note_act
from konsento.management.operators.limits import REPORTS_OPEN_SHOWN

Kind = Literal["no_power", "slow", "damaged", "blocked", "price", "other"]


class UnknownReport(Refusal):
    """Also said of a report at another facility's outlet."""

    status = 404
    slug = "unknown-report"
    title = "There is no such report here."


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a visitor told: `words` as they typed them, to be shown as text and never as markup."""

    visitor: str
    code: str
    session_id: str | None
    kind: Kind
    words: str


class ReportFacts(msgspec.Struct, frozen=True, kw_only=True):
    """An open report as the desk sees it: without its visitor."""

    report_id: str
    kind: Kind
    words: str
    session_id: str | None
    at_ms: int


class OpenReport(msgspec.Struct, frozen=True):
    """An outlet's code and what was reported there."""

    code: str
    facts: ReportFacts


async def keep_report(told: Told, *, id_: str, now_ms: int) -> str:
    """The id of the one open report; words that come later are kept where there were none."""
    async with PEOPLE.writing():
        rows = await PEOPLE.ask(
            "INSERT INTO outlet_report (id, visitor, code, session_id, kind, words, at_ms) "
            "VALUES ({}, {}, {}, {}, {}, {}, {}) "
            "ON CONFLICT (visitor, code, kind) WHERE closed_at_ms IS NULL DO UPDATE SET "
            "words = CASE WHEN outlet_report.words = '' THEN excluded.words "
            "ELSE outlet_report.words END RETURNING id",
            id_, told.visitor, told.code, told.session_id, told.kind, told.words, now_ms,
        )  # fmt: skip
    return str(rows[0]["id"])


async def open_reports(facility: str) -> dict[str, list[ReportFacts]]:
    """By outlet code, the newest first; at most REPORTS_OPEN_SHOWN of the facility."""
    rows = await PEOPLE.ask(
        "SELECT r.id AS report_id, r.code, r.kind, r.words, r.session_id, r.at_ms "
        "FROM outlet_report r JOIN outlet o ON o.code = r.code "
        "WHERE o.facility = {} AND r.closed_at_ms IS NULL "
        "ORDER BY r.at_ms DESC, r.id DESC LIMIT {}",
        facility, REPORTS_OPEN_SHOWN,
    )  # fmt: skip
    found: dict[str, list[ReportFacts]] = {}
    for row in rows:
        found.setdefault(row["code"], []).append(msgspec.convert(row, ReportFacts))
    return found


async def answer_report(
    operator: Operator, report_id: str, note: str, *, id_: str, now_ms: int
) -> str:
    """Close it with a note; the code of its outlet. Closed twice, the first note stands.

    Raises UnknownReport.
    """
    async with PEOPLE.writing(f"report:{report_id}"):
        rows = await PEOPLE.ask(
            "SELECT r.code, r.session_id, r.closed_at_ms FROM outlet_report r "
            "JOIN outlet o ON o.code = r.code WHERE r.id = {} AND o.facility = {}",
            report_id, operator.facility,
        )  # fmt: skip
        if not rows:
            raise UnknownReport
        row = rows[0]
        if row["closed_at_ms"] is None:
            await PEOPLE.ask(
                "UPDATE outlet_report SET closed_at_ms = {}, note = {} WHERE id = {}",
                now_ms, note, report_id,
            )  # fmt: skip
            await note_act(
                operator, "answer_report", row["code"], id_=id_, now_ms=now_ms, why=note,
                session_id=row["session_id"],
            )  # fmt: skip
    return str(row["code"])
