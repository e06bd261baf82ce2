"""The limit of a charge that runs, raised: asked of the control system, kept once it holds."""

import msgspec

from konsento.foundation.database import Transaction
from konsento.management.charging.record import Session
from konsento.management.charging.store import keep, session_by_id
from konsento.mdms.contract import LimitState, MdmsClient, MdmsRefused, RaiseLimit

NOT_ASKED_RIGHT = frozenset({401, 403})


class Limit(msgspec.Struct, frozen=True):
    """New totals, Wh and s; `generation` counts the wishes for one session."""

    generation: int
    energy_wh_max: int
    duration_s_max: int | None


async def ask_limit(record: Session, limit: Limit, mdms: MdmsClient) -> LimitState:
    """Want the limit, or learn what became of the wish. Raises MdmsUnreachable, and MdmsRefused
    where the control system does not know us at all.
    """
    wish = RaiseLimit(
        generation=limit.generation,
        energy_wh_max=limit.energy_wh_max,
        duration_s_max=limit.duration_s_max,
    )
    try:
        view = await mdms.raise_limit(record.request_number, wish)
    except MdmsRefused as refused:
        if refused.status in NOT_ASKED_RIGHT:
            raise
        return "refused"
    return "refused" if view.limit is None else view.limit.state


async def keep_limit(tx: Transaction, session_id: str, limit: Limit) -> None:
    """The meter ends by it now; within the caller's transaction on the session."""
    before = await session_by_id(session_id)
    record = before.with_facts(
        energy_wh_max=limit.energy_wh_max, duration_s_max=limit.duration_s_max
    )
    await keep(tx, record, before)
