"""Who may do what at the desk. Every door of the operators room but sign-in asks for a Permit.

There is one rule so far: whoever is signed in may see, test, lock, stop, answer and print whatever
belongs to their own facility, and nothing else exists for them. A permit is the only way from a
request to an outlet, a session or a report, and the only way to change one, so a door that forgot
to ask would have nothing to work on. What it changes is noted with the operator's name.
"""

from typing import Any

from litestar import Request
from litestar.di import NamedDependency

from konsento.foundation.clock import Clock
from konsento.foundation.databases import PEOPLE
from konsento.foundation.edge.rates import Rate
from konsento.management.charging.facility import (
    outlet_of,
    outlets_of,
    session_of,
    sessions_ending,
)
from konsento.management.charging.hands import Hands
from konsento.management.charging.record import Session
from konsento.management.charging.session import OVER, Reason, State
from konsento.management.charging.stop import stop
from konsento.management.charging.store import Outlet
from konsento.management.operators.account import Operator
from konsento.management.operators.acts import Act, acts_on, note_act
from konsento.management.operators.gather import Known, gather
from konsento.management.operators.late_bills import LateBill, late_bills_at
from konsento.management.operators.limits import CHARGES_FOUND, OUTLETS_MAX
from konsento.management.operators.link_tests import Kind, run
from konsento.management.operators.number import end_of_name
from konsento.management.operators.outlets import set_locked
from konsento.management.operators.report import answer_report
from konsento.management.operators.sign_in import COOKIE, whose
from konsento.management.payments.hands import Till


class Permit:
    """What one signed-in operator may reach."""

    def __init__(self, operator: Operator) -> None:
        self.operator = operator

    async def outlets(self) -> list[Outlet]:
        return await outlets_of(self.operator.facility, at_most=OUTLETS_MAX)

    async def outlet(self, code: str) -> Outlet:
        """Raises UnknownOutlet."""
        return await outlet_of(self.operator.facility, code)

    async def session(self, session_id: str) -> Session:
        """Raises UnknownSession."""
        return await session_of(self.operator.facility, session_id)

    async def sessions_numbered(self, number: str) -> list[tuple[Session, Outlet]]:
        """Charges by the number that their drivers' phones show. Raises NoSuchNumber."""
        facility = self.operator.facility
        found = await sessions_ending(facility, end_of_name(number), at_most=CHARGES_FOUND)
        return [(each, await self.outlet(each.code)) for each in found]

    async def known(self) -> Known:
        """All that is known of the facility's outlets."""
        return await gather(self.operator.facility)

    async def late_bills(self) -> list[LateBill]:
        """Bills of the facility's outlets that met a late register, the newest first."""
        return await late_bills_at(self.operator.facility)

    async def acts(self, code: str) -> list[Act]:
        """What operators did to the outlet, the newest first. Raises UnknownOutlet."""
        return await acts_on(self.operator.facility, (await self.outlet(code)).code)

    async def lock(self, code: str, hands: Hands, *, locked: bool, why: str) -> Outlet:
        """Take the outlet out of use, or back into it. Raises UnknownOutlet."""
        return await set_locked(
            await self.outlet(code), self.operator, locked=locked, why=why,
            id_=hands.ids.fresh(), now_ms=hands.clock.now_ms(),
        )  # fmt: skip

    async def stop(self, session_id: str, hands: Hands, *, why: str) -> Session:
        """Want the session stopped. Raises UnknownSession.

        Noted first, so that no stop is without its note; where a crash comes between, the note
        says what was wanted, and the same request sent again does it.
        """
        found = await self.session(session_id)
        if found.state not in {*OVER, State.STOPPING, State.SETTLING}:
            async with PEOPLE.writing():
                await note_act(
                    self.operator, "stop", found.code, id_=hands.ids.fresh(),
                    now_ms=hands.clock.now_ms(), why=why, session_id=found.id,
                )  # fmt: skip
        return await stop(found.id, Reason.OPERATOR, hands)

    async def answer(self, report_id: str, note: str, hands: Hands) -> Outlet:
        """Close a report with a note; its outlet. Raises UnknownReport."""
        code = await answer_report(
            self.operator, report_id, note,
            id_=hands.ids.fresh(), now_ms=hands.clock.now_ms(),
        )  # fmt: skip
        return await self.outlet(code)

    async def test(self, code: str, kind: Kind, till: Till, tests: Rate) -> Outlet:
        """Send a loopback or a link trace and keep its answer; so many for each facility.

        Raises UnknownOutlet, TooManyTries, ControlSystemAway.
        """
        outlet = await self.outlet(code)
        clock = till.charging.clock
        tests.take(self.operator.facility, clock.now_ms())
        await run(outlet, kind, mdms=till.mdms, clock=clock)
        return outlet


async def permit(request: Request[Any, Any, Any], clock: NamedDependency[Clock]) -> Permit:
    """As a dependency of a handler. Raises NotSignedIn."""
    return Permit(await whose(request.cookies.get(COOKIE, ""), clock.now_ms()))
