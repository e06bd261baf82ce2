"""Passwords, kept as scrypt hashes whose parameters stand beside them.

Computed in threads of its own: one takes a good part of a second and 32 MiB, so only a few run
at a time and only a bounded number may wait.
"""

import asyncio
import hashlib
import hmac
import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import msgspec

from konsento.foundation.problems import Refusal
from konsento.management.operators.limits import HASHES_AT_ONCE, HASHES_WAITING_MAX

KEY_BYTES = 32
STORED = re.compile(r"scrypt\$(\d{1,7})\$(\d{1,2})\$(\d{1,2})\$([0-9a-z]{16,64})\$([0-9a-f]{64})")


class DeskBusy(Refusal):
    status = 503
    slug = "busy"
    title = "Too many are signing in at once. Try again in a moment."


class Cost(msgspec.Struct, frozen=True):
    """Parameters of scrypt (RFC 7914): rounds as a power of two, block size, parallel."""

    n: int = 2**15
    r: int = 8
    p: int = 3


STANDARD = Cost()


def _scrypt(password: str, salt: str, cost: Cost) -> bytes:
    """32 bytes. However it is typed: full width and half width are the same password."""
    return hashlib.scrypt(
        unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass"),
        salt=salt.encode(),
        n=cost.n,
        r=cost.r,
        p=cost.p,
        maxmem=130 * cost.n * cost.r + 2**20,
        dklen=KEY_BYTES,
    )


class Passwords:
    """Makes and checks hashes; one for a process."""

    def __init__(self, cost: Cost = STANDARD) -> None:
        self._cost = cost
        self._threads = ThreadPoolExecutor(HASHES_AT_ONCE, "scrypt")
        self._waiting = 0

    @property
    def nobodys(self) -> str:
        """A hash that no password has and that takes as long to check as one made here."""
        return self._stored("0" * 52, bytes(KEY_BYTES))

    async def keep(self, password: str, salt: str) -> str:
        """What to store of a password; `salt` is fresh for each. Raises DeskBusy."""
        return self._stored(salt, await self._compute(password, salt, self._cost))

    async def fits(self, password: str, stored: str) -> bool:
        """Whether it is the one stored. Raises DeskBusy."""
        match = STORED.fullmatch(stored)
        if match is None:
            return False
        n, r, p, salt, kept = match.groups()
        made = await self._compute(password, salt, Cost(int(n), int(r), int(p)))
        return hmac.compare_digest(made, bytes.fromhex(kept))

    def _stored(self, salt: str, key: bytes) -> str:
        return f"scrypt${self._cost.n}${self._cost.r}${self._cost.p}${salt}${key.hex()}"

    async def _compute(self, password: str, salt: str, cost: Cost) -> bytes:
        if self._waiting >= HASHES_WAITING_MAX:
            raise DeskBusy(retry_after_s=5)
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, _scrypt, password, salt, cost)
        finally:
            self._waiting -= 1
