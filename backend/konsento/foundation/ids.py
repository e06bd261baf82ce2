"""Names that cannot be guessed, and chance: handed in, so that a test can repeat them."""

import itertools
import random
import secrets
from typing import Protocol, runtime_checkable

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
FRESH_SYMBOLS = 26  # 130 bits
TOKEN_SYMBOLS = 52  # 260 bits
SYMBOL_OF_BYTE = (ALPHABET * 8).encode()


@runtime_checkable
class Ids(Protocol):
    """Where new names and chance come from."""

    def fresh(self) -> str:
        """26 symbols of [0-9a-z without i l o u], 130 bits: a row's public name."""
        ...

    def token(self) -> str:
        """52 symbols, 260 bits: a secret that opens something."""
        ...

    def below(self, bound: int) -> int:
        """A whole number from 0 to bound-1, each as likely."""
        ...


class SystemIds:
    """Names from the operating system's randomness."""

    def fresh(self) -> str:
        return _drawn(FRESH_SYMBOLS)

    def token(self) -> str:
        return _drawn(TOKEN_SYMBOLS)

    def below(self, bound: int) -> int:
        return secrets.randbelow(bound)


def _drawn(symbols: int) -> str:
    """So many symbols, drawn at once: a byte each, whose 256 values are eight times the 32."""
    return secrets.token_bytes(symbols).translate(SYMBOL_OF_BYTE).decode()


class CountingIds:
    """The same names in every run: a counter for reading, chance from a seed."""

    def __init__(self, seed: int = 1) -> None:
        self._count = itertools.count(1)
        self._chance = random.Random(seed)

    def fresh(self) -> str:
        return f"{next(self._count):026d}"

    def token(self) -> str:
        return f"{next(self._count):052d}"

    def below(self, bound: int) -> int:
        return self._chance.randrange(bound)
