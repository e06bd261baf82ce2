"""Who may do what at the desk. Every door of the operators room but sign-in asks for a Permit.

There is one rule so far: whoever is signed in may see, lock, stop and print whatever belongs to
their own facility, and nothing else exists for them. A permit is the only way from a request to
an outlet or a session, so a door that forgot to ask would have nothing to work on.
"""

from typing import Any

from litestar import Request
from litestar.di import NamedDependency

from konsento.foundation.clock import Clock
from konsento.management.charging.record import Session
from konsento.management.charging.store import Outlet
from konsento.management.operators.account import Operator
from konsento.management.operators.outlets import outlet_of, outlets_of, running_at, session_of
from konsento.management.operators.sign_in import COOKIE, whose


class Permit:
    """What one signed-in operator may reach."""

    def __init__(self, operator: Operator) -> None:
        self.operator = operator

    async def outlets(self) -> list[Outlet]:
        return await outlets_of(self.operator.facility)

    async def outlet(self, code: str) -> Outlet:
        """Raises UnknownOutlet."""
        return await outlet_of(self.operator.facility, code)

    async def session(self, session_id: str) -> Session:
        """Raises UnknownSession."""
        return await session_of(self.operator.facility, session_id)

    async def running(self) -> dict[str, Session]:
        """What runs on the facility's outlets, by outlet code."""
        return await running_at(self.operator.facility)


async def permit(request: Request[Any, Any, Any], clock: NamedDependency[Clock]) -> Permit:
    """As a dependency of a handler. Raises NotSignedIn."""
    return Permit(await whose(request.cookies.get(COOKIE, ""), clock.now_ms()))
