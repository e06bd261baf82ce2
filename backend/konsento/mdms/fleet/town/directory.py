"""Finds a node or a meter of the town by what it is called on the wire."""

from typing import Literal, TypeAlias

from konsento.mdms.fleet.town.cuts import OF_A_METER, Kind
from konsento.mdms.fleet.town.plan import TownPlan

Breakable: TypeAlias = Literal[
    "feeder", "section", "transformer", "drop", "house_breaker", "service_breaker",
    "radio", "relay", "concentrator", "head_end",
]  # fmt: skip


class NodeUnknown(Exception):
    """The town has no node of this kind and code, or no meter of this smid."""


class Directory:
    """Numbers by codes, of one plan."""

    def __init__(self, plan: TownPlan) -> None:
        codes = {
            Kind.FEEDER: plan.feeder_codes,
            Kind.SECTION: plan.section_codes,
            Kind.TRANSFORMER: plan.transformer_codes,
            Kind.RELAY: plan.relay_codes,
            Kind.CONCENTRATOR: plan.concentrator_codes,
            Kind.HEAD_END: plan.head_end_codes,
        }
        self._numbers = {
            kind: {code: number for number, code in enumerate(all_of)}
            for kind, all_of in codes.items()
        }
        # The first relays only stand for "no relay": there is nothing to break.
        for number in plan.relay_is_direct.nonzero()[0].tolist():
            del self._numbers[Kind.RELAY][plan.relay_codes[number]]
        self._rows = {smid: row for row, smid in enumerate(plan.smids.astype("U16").tolist())}

    def row(self, smid: str) -> int:
        """The meter's row. Raises NodeUnknown."""
        try:
            return self._rows[smid]
        except KeyError:
            raise NodeUnknown(smid) from None

    def node(self, what: Breakable, code: str) -> tuple[Kind, int]:
        """Kind and number of what can be cut; a meter's own things go by its smid.

        Raises NodeUnknown.
        """
        kind = Kind[what.upper()]
        if kind in OF_A_METER:
            return kind, self.row(code)
        try:
            return kind, self._numbers[kind][code]
        except KeyError:
            raise NodeUnknown(code) from None
