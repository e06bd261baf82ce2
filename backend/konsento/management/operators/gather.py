"""What our own database knows of a facility's outlets at this moment, put together for the board.

Four queries for a facility, however many outlets it has; the meters are asked elsewhere.
"""

from collections.abc import Mapping

import msgspec

from konsento.management.charging.facility import outlets_of, running_at
from konsento.management.charging.record import DarkBecause, Session
from konsento.management.charging.store import Outlet
from konsento.management.operators.board import OutletLine, Told, line
from konsento.management.operators.limits import OUTLETS_MAX
from konsento.management.operators.link_tests import UNTESTED, LinkTests, last_tests
from konsento.management.operators.report import ReportFacts, open_reports
from konsento.management.payments.view import Text
from konsento.management.retail.tariff import NotOffered, retailer
from konsento.mdms.contract import OutletView


class Known(msgspec.Struct, frozen=True):
    """The facility's outlets, and by outlet code what there is to say of each."""

    outlets: list[Outlet]
    running: dict[str, Session]
    tests: dict[str, LinkTests]
    reports: dict[str, list[ReportFacts]]
    retailers: dict[str, Text]

    def line(
        self,
        outlet: Outlet,
        heard: Mapping[str, OutletView],
        dark: Mapping[str, DarkBecause] | None = None,
    ) -> OutletLine:
        """One outlet of the board; `heard` and `dark` by the control system's names."""
        session = self.running.get(outlet.code)
        dark_because = (dark or {}).get(outlet.outlet)
        told = Told(
            session=session,
            heard=heard.get(outlet.outlet),
            retailer=self.retailers.get(session.retailer_id) if session else None,
            tests=self.tests.get(outlet.code, UNTESTED),
            reports=self.reports.get(outlet.code, []),
            dark_because=session.dark_because if session else dark_because,
        )
        return line(outlet, told)


async def gather(facility: str, names: dict[str, Text] | None = None) -> Known:
    """`names`: retailers' names that are known already; what is looked up is added to them."""
    known = {} if names is None else names
    running = await running_at(facility)
    for retailer_id in {session.retailer_id for session in running.values()} - known.keys():
        known[retailer_id] = await _called(retailer_id)
    return Known(
        await outlets_of(facility, at_most=OUTLETS_MAX),
        running,
        await last_tests(facility),
        await open_reports(facility),
        known,
    )


async def _called(retailer_id: str) -> Text:
    try:
        found = await retailer(retailer_id)
    except NotOffered:
        return Text(retailer_id, retailer_id)
    return Text(found.name_ja, found.name_en)
