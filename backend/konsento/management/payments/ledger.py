"""Double entry: every movement is written twice, sums to nought, and is never changed.

Accounts, in yen: `driver` (what drivers owe us), `provider` (what the provider owes us),
`sales:<retailer>` and `tax` (what we owe others; negative), `goodwill` (what we gave away),
`uncollected` (delivered, not collectable), `unbilled` (delivered, told after the bill).
"""

from konsento.foundation.databases import PEOPLE


class Unbalanced(Exception):
    """A programming error: the lines do not sum to nought."""


async def post(entry: str, session_id: str, now_ms: int, **lines: int) -> bool:
    """Write one entry, within a transaction; False when it stands already.

    `lines`: account → yen; `sales__x` is written as `sales:x`. Lines of nought are left out.
    """
    if sum(lines.values()):
        raise Unbalanced(f"{entry}: {lines}")
    new = False
    for account, amount_yen in lines.items():
        if not amount_yen:
            continue
        name = account.replace("__", ":", 1)
        rows = await PEOPLE.ask(
            "INSERT INTO ledger (id, entry, account, amount_yen, session_id, posted_at_ms) "
            "VALUES ({}, {}, {}, {}, {}, {}) ON CONFLICT DO NOTHING RETURNING id",
            f"{entry}/{name}", entry, name, amount_yen, session_id, now_ms,
        )  # fmt: skip
        new = new or bool(rows)
    return new


async def balances() -> dict[str, int]:
    """Each account's sum; all together nought."""
    rows = await PEOPLE.ask(
        "SELECT account, CAST(SUM(amount_yen) AS BIGINT) AS yen FROM ledger "
        "GROUP BY account ORDER BY account"
    )
    return {row["account"]: row["yen"] for row in rows}


async def owed_by_driver(session_id: str) -> int:
    """Yen the driver of one session owes us by now; below nought, what we owe them."""
    rows = await PEOPLE.ask(
        "SELECT CAST(COALESCE(SUM(amount_yen), 0) AS BIGINT) AS yen FROM ledger "
        "WHERE session_id = {} AND account = 'driver'",
        session_id,
    )
    return int(rows[0]["yen"])
