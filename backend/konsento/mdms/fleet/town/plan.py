"""The plan of a town: who hangs on whom, in both trees, and what the register says of each."""

from dataclasses import dataclass

from konsento.mdms.fleet.town.arrays import Flags, Ints, Millis, Texts
from konsento.mdms.fleet.town.gazetteer import Area

CLOCK_ERROR_S_MAX = 1_200


@dataclass(frozen=True, eq=False)
class TownPlan:
    """Who hangs on whom: a meter is a row 0..n-1, a node a number within its kind, -1 none.

    `smids` is bytes (at most 16). `in_service_from_ms` 0 and `in_service_to_ms` NEVER_MS are
    open ends. `speaks` is False for a meter without its wire. `clock_error_s` is how far a
    meter's clock is ahead; `size_1024ths` how much it draws against the usual curve, 0 where
    nobody lives. The codes are what the nodes are called on the wire.
    """

    seed: int
    from_ms: int
    areas: tuple[Area, ...]
    smids: Texts
    transformer_of_meter: Ints
    section_of_transformer: Ints
    feeder_of_section: Ints
    relay_of_meter: Ints
    concentrator_of_relay: Ints
    head_end_of_concentrator: Ints
    area_of_meter: Ints
    feed_of_concentrator: Ints
    feed_of_relay: Ints
    relay_is_direct: Flags
    vacant: Flags
    speaks: Flags
    in_service_from_ms: Millis
    in_service_to_ms: Millis
    clock_error_s: Ints
    size_1024ths: Ints
    feeder_codes: tuple[str, ...]
    section_codes: tuple[str, ...]
    transformer_codes: tuple[str, ...]
    head_end_codes: tuple[str, ...]
    concentrator_codes: tuple[str, ...]
    relay_codes: tuple[str, ...]

    @property
    def meters(self) -> int:
        return len(self.smids)

    @property
    def concentrators(self) -> int:
        return len(self.head_end_of_concentrator)

    @property
    def relays(self) -> int:
        return len(self.concentrator_of_relay)

    @property
    def transformers(self) -> int:
        return len(self.section_of_transformer)

    @property
    def sections(self) -> int:
        return len(self.feeder_of_section)

    @property
    def feeders(self) -> int:
        return len(self.feeder_codes)

    @property
    def head_ends(self) -> int:
        return len(self.head_end_codes)

    def concentrator_of_meter(self) -> Ints:
        return self.concentrator_of_relay[self.relay_of_meter]

    def stands(self, at_ms: int) -> Flags:
        """Meters that are in service at this instant and have their wire."""
        begun = self.in_service_from_ms <= at_ms
        return begun & (at_ms < self.in_service_to_ms) & self.speaks
