"""Who sits at the desk: signing in and out, and what a cookie is worth (T32, T33).

The cookie is a secret of 260 bits, new at each sign-in; kept is its digest. It opens nothing
after half an hour without a request, or after twelve hours. A name that does not exist is
answered as a wrong password is, after the same work.
"""

import hashlib
from collections.abc import Iterable

import msgspec
import structlog
from litestar.datastructures import Cookie

from konsento.foundation.clock import Clock
from konsento.foundation.databases import PEOPLE
from konsento.foundation.edge.rates import Rate
from konsento.foundation.ids import ALPHABET, TOKEN_SYMBOLS, Ids
from konsento.foundation.problems import Refusal
from konsento.foundation.wake import Wake
from konsento.management.charging.darkness import Darkness
from konsento.management.charging.record import DarkBecause
from konsento.management.operators.account import Operator, account_of, normal
from konsento.management.operators.limits import (
    IDLE_MS,
    LINK_TESTS_PER_FACILITY,
    LINK_TESTS_PER_MS,
    REPORTS_PER_ASKER,
    REPORTS_PER_MS,
    SEEN_EVERY_MS,
    SESSION_MS,
    TRIES_PER_ASKER,
    TRIES_PER_MS,
    TRIES_PER_NAME,
)
from konsento.management.operators.password import Passwords
from konsento.management.operators.picture import Pictures
from konsento.management.operators.tables import OperatorSessionRow
from konsento.mdms.contract import OutletView

log = structlog.get_logger(__name__)

COOKIE = "__Host-desk"


class WrongSignIn(Refusal):
    status = 401
    slug = "wrong-name-or-password"
    title = "This name and password do not belong together."


class NotSignedIn(Refusal):
    status = 401
    slug = "not-signed-in"
    title = "Sign in first."


class Desk:
    """What the room has at hand: hashes, rates and the boards being watched; one for a process."""

    def __init__(
        self,
        passwords: Passwords | None = None,
        bell: Wake | None = None,
        darkness: Darkness | None = None,
    ) -> None:
        self.darkness = darkness
        self.passwords = passwords or Passwords()
        self.pictures = Pictures(bell)
        self.reports = Rate(REPORTS_PER_ASKER, REPORTS_PER_MS)
        self.link_tests = Rate(LINK_TESTS_PER_FACILITY, LINK_TESTS_PER_MS)
        self._askers = Rate(TRIES_PER_ASKER, TRIES_PER_MS)
        self._names = Rate(TRIES_PER_NAME, TRIES_PER_MS)

    async def whose_outages(self, heard: Iterable[OutletView]) -> dict[str, DarkBecause]:
        """Of those without power; none where nobody can be asked."""
        return await self.darkness.because(heard) if self.darkness else {}

    def take(self, asker: str, name: str, now_ms: int) -> None:
        """Use up one try, right or wrong: tries that run at once count too.

        Raises TooManyTries.
        """
        self._askers.take(asker, now_ms)
        self._names.take(normal(name), now_ms)


class Tried(msgspec.Struct, frozen=True):
    """A name and a password, from where, and the cookie that came with them."""

    name: str
    password: str
    asker: str
    cookie: str


class SignedIn(msgspec.Struct, frozen=True):
    token: str
    operator: Operator


def digest(token: str) -> str:
    """What is stored of the secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def _well_formed(token: str) -> bool:
    return len(token) == TOKEN_SYMBOLS and set(token) <= set(ALPHABET)


async def sign_in(tried: Tried, *, desk: Desk, clock: Clock, ids: Ids) -> SignedIn:
    """A new session, in place of the one the browser had.

    Raises WrongSignIn, TooManyTries, DeskBusy.
    """
    desk.take(tried.asker, tried.name, clock.now_ms())
    account = await account_of(tried.name)
    stored = account.password_hash if account else desk.passwords.nobodys
    if not await desk.passwords.fits(tried.password, stored) or account is None:
        log.warning("sign-in refused")
        raise WrongSignIn
    token, now_ms = ids.token(), clock.now_ms()
    async with PEOPLE.writing(f"operator:{account.operator.name}"):
        if await account_of(tried.name) != account:  # changed while the hash was computed
            raise WrongSignIn
        await PEOPLE.ask(
            "DELETE FROM operator_session WHERE digest = {} OR expires_at_ms <= {} "
            "OR seen_at_ms <= {}",
            digest(tried.cookie), now_ms, now_ms - IDLE_MS,
        )  # fmt: skip
        await OperatorSessionRow.insert(
            OperatorSessionRow(
                digest=digest(token), operator_id=account.operator.id, created_at_ms=now_ms,
                seen_at_ms=now_ms, expires_at_ms=now_ms + SESSION_MS,
            )
        )  # fmt: skip
    log.info("signed in")
    return SignedIn(token, account.operator)


async def sign_out(token: str) -> None:
    """The cookie opens nothing from now on. Safe to repeat."""
    async with PEOPLE.writing():
        await OperatorSessionRow.delete().where(OperatorSessionRow.digest == digest(token))


async def whose(token: str, now_ms: int) -> Operator:
    """The operator a cookie stands for. Raises NotSignedIn."""
    if not _well_formed(token):
        raise NotSignedIn
    rows = await PEOPLE.ask(
        "SELECT a.id, a.name, a.facility, s.seen_at_ms FROM operator_session s "
        "JOIN operator_account a ON a.id = s.operator_id "
        "WHERE s.digest = {} AND s.expires_at_ms > {} AND s.seen_at_ms > {}",
        digest(token), now_ms, now_ms - IDLE_MS,
    )  # fmt: skip
    if not rows:
        raise NotSignedIn
    if now_ms - rows[0]["seen_at_ms"] >= SEEN_EVERY_MS:
        await _seen(token, now_ms)
    return Operator(rows[0]["id"], rows[0]["name"], rows[0]["facility"])


async def _seen(token: str, now_ms: int) -> None:
    async with PEOPLE.writing():
        await PEOPLE.ask(
            "UPDATE operator_session SET seen_at_ms = {} WHERE digest = {} AND seen_at_ms < {}",
            now_ms, digest(token), now_ms,
        )  # fmt: skip


def cookie(token: str) -> Cookie:
    """As the browser keeps it; an empty token takes it away."""
    return Cookie(
        key=COOKIE, value=token, path="/", max_age=SESSION_MS // 1000 if token else 0,
        secure=True, httponly=True, samesite="strict",
    )  # fmt: skip
