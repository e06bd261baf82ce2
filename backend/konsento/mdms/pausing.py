"""A pause: the switch opened because nothing draws any more, closed again only when asked. Pure.

A full battery and a pulled plug look the same to a meter, and so do the car that was there and
another one plugged in after it. Therefore power that has ceased flows again only when whoever
pays for it says so: the request lives on, its outlet is dead meanwhile.
"""

from msgspec.structs import replace

from konsento.mdms.contract import EventKind
from konsento.mdms.limits import LOOK_AGAIN_MS, LOOK_AGAIN_MS_MAX
from konsento.mdms.meter import Meaning, MeterAnswer
from konsento.mdms.outlet import Outlet
from konsento.mdms.request import WANTED_CLOSED, Happening, Request, State, Told
from konsento.mdms.settings import MdmsSettings
from konsento.mdms.turn import Decision, Turn


def resume(
    request: Request,
    outlet: Outlet,
    now_ms: int,
    settings: MdmsSettings,
    *,
    closes_from_ms: int | None = None,
) -> Decision:
    """Want a paused request on again, because someone asked; over, if its limit is reached.

    `closes_from_ms`: its turn, where power came back lately.
    """
    turn = Resting(request, outlet, now_ms, settings)
    turn.begin_again(closes_from_ms)
    turn.wait_for_its_turn()
    return turn.decision()


class Resting(Turn):
    """What a look means while nothing draws."""

    def watch_the_load(self, answer: MeterAnswer) -> None:
        """Pause when power has flowed since the switch was closed, and for a while none does.

        A reading that brought energy shows that it flowed in between, whatever it draws now.
        """
        settings, request = self.settings, self.request
        rests = answer.power_w < settings.pause_below_w and self.accepted is not None
        if not settings.pause_after_ms or answer.first_use_at_ms is None or not rests:
            self.request = replace(request, idle_since_ms=None)
            return
        gained = self.accepted is not None and self.accepted.gained_wh > 0
        since_ms = request.idle_since_ms
        if since_ms is None or gained:
            since_ms = self.now_ms
        self.request = replace(request, idle_since_ms=since_ms)
        left_ms = settings.pause_after_ms - (self.now_ms - since_ms)
        if left_ms > 0:
            self.look_after(min(settings.measure_every_ms, max(left_ms, LOOK_AGAIN_MS)))
        elif request.limit_state != "wanted":  # first it is known by what the meter ends
            self.open_for_now(Happening.LOAD_GONE)

    def open_for_now(self, happening: Happening) -> None:
        """Want the switch open without ending the request, under a new generation.

        A command to close may still be on its way: the fail-safe is counted from now.
        """
        closing = self.request.state is State.RESUMING
        if self.move(happening):
            self.take_generation(self.outlet.generation + 1)
            self.look_after(0)
            if closing:
                self.outlet = replace(self.outlet, assured_at_ms=self.now_ms)

    def hear_at_rest(self, answer: MeterAnswer, means: Meaning, *, refused: bool) -> None:
        """An answer while the switch is to be open for now, or was read open."""
        passed = self.passed_limit()
        if passed is not None:
            self.want_off(Happening.LIMIT_PASSED, passed)
        elif self.request.state is State.PAUSED:
            self.look_after(LOOK_AGAIN_MS_MAX)
            if answer.switch == "closed":
                self.open_for_now(Happening.READ_CLOSED)
        elif means is Meaning.OPEN:
            self._is_at_rest(answer)
        elif means is Meaning.CLOSED or (refused and answer.switch == "open"):
            # It obeyed and is closed, or is open and will not obey: no switch to wait with.
            self.want_off(Happening.READ_ASTRAY, "switch_refused")

    def is_resumed(self, answer: MeterAnswer) -> None:
        """It was read closed again."""
        resumed_at_ms = self.within(answer.switched_at_ms)
        self.request = replace(self.request, resumed_at_ms=resumed_at_ms, dark_since_ms=None)
        self._tell("resumed")

    def wait_for_its_turn(self) -> None:
        """Look again when it may be closed, where others are closed before it."""
        closes_from_ms = self.request.closes_from_ms or 0
        if self.request.state in WANTED_CLOSED and closes_from_ms > self.now_ms:
            self.look_after(min(LOOK_AGAIN_MS_MAX, closes_from_ms - self.now_ms))

    def begin_again(self, closes_from_ms: int | None) -> None:
        passed = self.passed_limit(to_spare_wh=self.outlet.register_step_wh)
        if passed is not None:
            self.want_off(Happening.LIMIT_PASSED, passed)
        elif self.move(Happening.RESUME_WANTED):
            self.take_generation(self.outlet.generation + 1)
            self.look_after(0)
            self.request = replace(
                self.request,
                commanded_at_ms=max(self.now_ms, closes_from_ms or 0),
                closes_from_ms=closes_from_ms,
                idle_since_ms=None,
                resumed_at_ms=self.now_ms,
                resumed_used_wh=self.request.used_wh,
            )

    def _is_at_rest(self, answer: MeterAnswer) -> None:
        """Read open; it waits, unless the meter had come to its end just then."""
        self.look_after(LOOK_AGAIN_MS_MAX)
        because = answer.opened_because
        if because == "energy_limit" or because == "time_limit":
            self.want_off(Happening.LIMIT_PASSED, because)
        elif self.accepted is not None and self.move(Happening.READ_OPEN):
            request = self.request
            self.request = replace(request, pauses=request.pauses + 1, idle_since_ms=None)
            self.hold_limit()
            self._tell("paused")

    def _tell(self, kind: EventKind) -> None:
        request = self.request
        self.tell(
            Told(
                kind=kind,
                at_ms=self.now_ms,
                register_wh=request.register_wh,
                used_wh=request.used_wh,
                pause=request.pauses,
                reason="power_lost" if request.dark_since_ms is not None else None,
            )
        )
