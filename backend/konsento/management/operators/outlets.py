"""An outlet is taken out of use, or put back into it, and who wanted that is noted."""

import msgspec

from konsento.foundation.databases import PEOPLE
from konsento.management.charging.facility import lock
from konsento.management.charging.store import Outlet
from konsento.management.operators.account import Operator
from konsento.management.operators.acts import Kind, note_act


async def set_locked(
    outlet: Outlet, operator: Operator, *, locked: bool, why: str, id_: str, now_ms: int
) -> Outlet:
    """Offer the outlet to nobody, or again, and note who wanted it and why.

    A session that runs on it is not touched. What already is so is not noted again.
    """
    async with PEOPLE.writing() as tx:
        if await lock(tx, outlet, locked=locked):
            kind: Kind = "lock" if locked else "unlock"
            await note_act(operator, kind, outlet.code, id_=id_, now_ms=now_ms, why=why)
    return msgspec.structs.replace(outlet, locked=locked)
