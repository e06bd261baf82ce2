"""A session on another device: its driver gives a link, and whoever opens it may follow along.

The link carries a secret of 260 bits, of which only a digest is kept. Whoever joined follows
that one session, may stop it and sees its receipt; neither other sessions nor cards. Links and
followers end together, LINK_KEPT_MS after the session.
"""

from konsento.foundation.databases import PEOPLE
from konsento.management.accounts.visitor import digest
from konsento.management.charging.hands import Hands
from konsento.management.charging.record import Session
from konsento.management.charging.session import OVER, Forbidden
from konsento.management.charging.store import (
    UnknownSession,
    changing,
    my_session,
    session_by_id,
)

LINK_KEPT_MS = 7 * 86_400_000
LINKS_MAX = 10  # of one session; an eleventh takes the place of the oldest
FOLLOWERS_MAX = 20  # of one session; likewise

ENDED = ", ".join(f"'{state.value}'" for state in sorted(OVER))
NEWEST = (
    "DELETE FROM {table} WHERE session_id = {{}} AND {name} NOT IN (SELECT {name} FROM {table} "
    "WHERE session_id = {{}} ORDER BY made_at_ms DESC, {name} LIMIT {most})"
)
OUTLIVED = (
    "DELETE FROM {table} WHERE session_id IN (SELECT s.id FROM session s "
    "JOIN {table} own ON own.session_id = s.id WHERE s.state IN ({ended}) "
    "AND COALESCE(s.ended_at_ms, s.created_at_ms) <= {{}})"
)


def link_lives(session: Session, now_ms: int) -> bool:
    """Until LINK_KEPT_MS after the session is over."""
    ended_at_ms = session.ended_at_ms or session.created_at_ms
    return session.state not in OVER or now_ms < ended_at_ms + LINK_KEPT_MS


async def make_link(session_id: str, visitor: str, hands: Hands) -> str:
    """A new secret for one's own session. Raises UnknownSession, session.Forbidden."""
    now_ms = hands.clock.now_ms()
    if not link_lives(await my_session(session_id, visitor), now_ms):
        raise Forbidden("the session is long over")
    token = hands.ids.token()
    async with changing(session_id):
        await PEOPLE.ask(
            "INSERT INTO session_link (digest, session_id, made_at_ms) VALUES ({}, {}, {})",
            digest(token), session_id, now_ms,
        )  # fmt: skip
        await _keep_newest("session_link", "digest", LINKS_MAX, session_id)
    return token


async def join(session_id: str, token: str, visitor: str, hands: Hands) -> Session:
    """The session that the link opens, followed by this visitor from now on. Twice is once.

    Raises UnknownSession, the same for a missing session, a wrong secret and a link that ended.
    """
    session = await session_by_id(session_id)
    now_ms = hands.clock.now_ms()
    opens = await PEOPLE.ask(
        "SELECT digest FROM session_link WHERE digest = {} AND session_id = {}",
        digest(token), session_id,
    )  # fmt: skip
    if not opens or not link_lives(session, now_ms):
        raise UnknownSession
    if session.visitor != visitor:
        async with changing(session_id):
            await PEOPLE.ask(
                "INSERT INTO session_follower (session_id, visitor, made_at_ms) "
                "VALUES ({}, {}, {}) ON CONFLICT DO NOTHING",
                session_id, visitor, now_ms,
            )  # fmt: skip
            await _keep_newest("session_follower", "visitor", FOLLOWERS_MAX, session_id)
    return session


async def followed_session(session_id: str, visitor: str, now_ms: int) -> Session:
    """One's own session, or one that was joined and whose link lives.

    Raises UnknownSession, the same for missing and for foreign.
    """
    session = await session_by_id(session_id)
    if session.visitor == visitor:
        return session
    joined = await PEOPLE.ask(
        "SELECT visitor FROM session_follower WHERE session_id = {} AND visitor = {}",
        session_id, visitor,
    )  # fmt: skip
    if not joined or not link_lives(session, now_ms):
        raise UnknownSession
    return session


async def followers_of(session_id: str) -> list[str]:
    """The visitors who joined the session."""
    sql = "SELECT visitor FROM session_follower WHERE session_id = {}"
    return [str(row["visitor"]) for row in await PEOPLE.ask(sql, session_id)]


async def forget_links(now_ms: int) -> None:
    """Drop the links and followers of sessions long over."""
    async with PEOPLE.writing():
        for table in ("session_link", "session_follower"):
            await PEOPLE.ask(OUTLIVED.format(table=table, ended=ENDED), now_ms - LINK_KEPT_MS)


async def _keep_newest(table: str, name: str, most: int, session_id: str) -> None:
    sql = NEWEST.format(table=table, name=name, most=most)
    await PEOPLE.ask(sql, session_id, session_id)
