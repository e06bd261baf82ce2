"""Parcels are owed, within the transaction of whatever makes them due."""

from collections.abc import Sequence

from konsento.foundation.database import Transaction
from konsento.foundation.databases import PEOPLE
from konsento.foundation.wake import Wake
from konsento.management.notices.dispatch.limits import OWED_AT_ONCE
from konsento.management.notices.dispatch.parcel import Parcel

COLUMNS = "id, channel, notice_id, to_id, host, due_at_ms, state, attempts"
ROW = "({}, {}, {}, {}, {}, {}, 'owed', 0)"


async def owe_parcels(
    tx: Transaction, parcels: Sequence[Parcel], now_ms: int, wake: Wake | None = None
) -> None:
    """Owe them all, each due at its own `due_at_ms` or now, whichever is later. Twice is once.

    `wake` is rung after the commit: whoever sends them then need not wait for the next look.
    """
    for begin in range(0, len(parcels), OWED_AT_ONCE):
        some = parcels[begin : begin + OWED_AT_ONCE]
        args: list[str | int] = []
        for each in some:
            due_at_ms = max(each.due_at_ms, now_ms)
            args += (each.id, each.channel, each.notice_id, each.to_id, each.host, due_at_ms)
        rows = ", ".join([ROW] * len(some))
        await PEOPLE.ask(
            f"INSERT INTO parcel ({COLUMNS}) VALUES {rows} ON CONFLICT (id) DO NOTHING", *args
        )
    if wake is not None and parcels:
        tx.after_commit(wake.ring)
