"""What may differ from one control system to the next."""

from typing import Annotated

from msgspec import Meta, Struct

from konsento.mdms.limits import FIRST_USE_W, MISSED_MAX, START_PATIENCE_MS


class MdmsSettings(Struct, frozen=True, kw_only=True):
    """Paces and patience, all in milliseconds.

    `failsafe_after_ms` is carried to the meter with each order: that long without an assurance
    from the head-end and it opens by itself. It must exceed `continuity_every_ms` several times.
    Once power has flowed, less than `pause_below_w` for `pause_after_ms` pauses a request: its
    switch is opened until it is asked to resume. 0 ms: never.
    """

    measure_every_ms: Annotated[int, Meta(ge=1_000, le=60_000)] = 3_000
    continuity_every_ms: Annotated[int, Meta(ge=1_000, le=60_000)] = 5_000
    failsafe_after_ms: Annotated[int, Meta(ge=5_000, le=600_000)] = 60_000
    start_patience_ms: Annotated[int, Meta(ge=5_000, le=600_000)] = START_PATIENCE_MS
    pause_after_ms: Annotated[int, Meta(ge=0, le=600_000)] = 10_000
    pause_below_w: Annotated[int, Meta(ge=1, le=1_000)] = FIRST_USE_W

    @property
    def lost_after_ms(self) -> int:
        """Silence after which a link counts as lost: MISSED_MAX continuity intervals."""
        return self.continuity_every_ms * MISSED_MAX

    @property
    def open_after_ms(self) -> int:
        """After the last assurance sent, when the meter must have opened by itself."""
        return self.failsafe_after_ms + self.continuity_every_ms + self.measure_every_ms
