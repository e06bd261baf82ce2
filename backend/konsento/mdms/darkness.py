"""A request whose meter has no power: only its limits end it, and whoever asks for that. Pure.

A meter that loses its power opens its switch by itself, so that nothing flows when it is back.
The outlet stays held. Once the meter speaks again it is read open as in a pause, and waits like
one until somebody says that power shall flow: another load may stand there by then.
"""

from msgspec.structs import replace

from konsento.mdms.contract import EndReason
from konsento.mdms.limits import REQUEST_LASTS_MS_MAX
from konsento.mdms.pausing import Resting
from konsento.mdms.request import SWITCHED_ON, Happening, State, Told


class Darkness(Resting):
    """What a look means while there is no power at the meter."""

    def is_known_dark(self) -> bool:
        """Its switch was closed, or shall be again, and its power is known to have gone."""
        return self.request.state in SWITCHED_ON and self.outlet.power == "off"

    def stay_dark(self) -> None:
        """Go dark, or be so still: what may be on its way to the switch is outbid."""
        begun = self.request.state is State.PAUSING and self.request.dark_since_ms is not None
        if self.move(Happening.POWER_LOST):
            since_ms = self.request.dark_since_ms if begun else self.now_ms
            self.request = replace(self.request, dark_since_ms=since_ms, idle_since_ms=None)
            self.take_generation(self.outlet.generation + 1)
            self.tell(Told(kind="power_lost", at_ms=self.now_ms))
        passed = self._time_is_over()
        if passed is not None:
            self.want_off(Happening.LIMIT_PASSED, passed)
            self.end(self.reason_or(passed), final=False)

    def end_in_the_dark(self, reason: EndReason) -> None:
        """Somebody asked: it is open by now, and its closing register follows when it speaks."""
        self.want_off(Happening.STOP_WANTED, reason)
        self.end(self.reason_or(reason), final=False)

    def wake(self) -> None:
        """The meter speaks: its switch is opened under our generation, then it is at rest.

        It may be found closed, where no power was lost after all: the fail-safe is counted anew.
        """
        if self.move(Happening.POWER_BACK):
            self.outlet = replace(self.outlet, assured_at_ms=self.now_ms)

    def _time_is_over(self) -> EndReason | None:
        on_for_ms = self.now_ms - (self.request.switched_on_at_ms or self.now_ms)
        if on_for_ms >= REQUEST_LASTS_MS_MAX:
            return "power_lost"
        return "time_limit" if self.passed_limit() == "time_limit" else None
