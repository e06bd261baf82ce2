"""What operators did to an outlet or a session: who, what, when and why. Rows are only added."""

from typing import Literal

import msgspec

from konsento.foundation.databases import PEOPLE
from konsento.management.operators.account import Operator
from konsento.management.operators.limits import ACTS_SHOWN

Kind = Literal["stop", "lock", "unlock", "answer_report"]


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """`by` is the operator's name as it was then; `why` may be empty."""

    kind: Kind
    by: str
    session_id: str | None
    why: str
    at_ms: int


async def note_act(
    operator: Operator, kind: Kind, code: str, *, id_: str, now_ms: int,
    why: str = "", session_id: str | None = None,
) -> None:  # fmt: skip
    """Within the caller's transaction. A session is stopped once: a second stop adds nothing."""
    await PEOPLE.ask(
        "INSERT INTO operator_act (id, facility, code, session_id, kind, operator_id, "
        "operator_name, why, at_ms) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}) "
        "ON CONFLICT DO NOTHING",
        id_, operator.facility, code, session_id, kind, operator.id, operator.name, why, now_ms,
    )  # fmt: skip


async def acts_on(facility: str, code: str) -> list[Act]:
    """On one outlet, the newest first, at most ACTS_SHOWN."""
    rows = await PEOPLE.ask(
        "SELECT kind, operator_name AS by_name, session_id, why, at_ms FROM operator_act "
        "WHERE facility = {} AND code = {} ORDER BY at_ms DESC, id DESC LIMIT {}",
        facility, code, ACTS_SHOWN,
    )  # fmt: skip
    return [
        Act(
            kind=row["kind"], by=row["by_name"], session_id=row["session_id"],
            why=row["why"], at_ms=row["at_ms"],
        )
        for row in rows
    ]  # fmt: skip
