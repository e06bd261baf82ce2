"""What a part of the house is, whichever it is: databases, doors, jobs, and what it needs."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Protocol

from litestar.types import ASGIApp

from konsento.assembly.running import Finish, Job, nothing_to_finish
from konsento.foundation.database import Database
from konsento.foundation.edge.server import Goodbye
from konsento.foundation.migrations import Step
from konsento.foundation.settings import Settings


class CannotStart(Exception):
    """Why this process cannot be started like this, in a sentence."""


@dataclass(frozen=True)
class Store:
    """A database of a part, where it is, and the steps it must have."""

    database: Database
    address: str
    steps: Sequence[Step]

    @property
    def shared(self) -> bool:
        """Whether several processes may work on it."""
        return self.address.startswith(("postgresql://", "postgres://"))


@dataclass(frozen=True)
class Furnished:
    """A part with everything in its hands.

    `jobs` do its work; `carriers` run in every process of it. `finish` is awaited before the
    jobs are cancelled.
    """

    doors: ASGIApp
    closing: Goodbye
    jobs: Sequence[Job]
    carriers: Sequence[Job] = ()
    finish: Finish = nothing_to_finish


class Furnish(Protocol):
    """Builds a part over its open databases; what must be closed goes on the stack."""

    def __call__(self, settings: Settings, stack: AsyncExitStack) -> Awaitable[Furnished]: ...


@dataclass(frozen=True)
class Part:
    """One part: `serve` it at `port` unless told otherwise, `work` beside it at the next port.

    `in_one` says why serving and working cannot be two processes with these settings; "" when
    they can.
    """

    name: str
    port: int
    needs_to_serve: Sequence[str]
    needs_to_work: Sequence[str]
    stores: Callable[[Settings], Sequence[Store]]
    in_one: Callable[[Settings], str]
    furnish: Furnish
