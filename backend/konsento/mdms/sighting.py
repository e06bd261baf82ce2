"""What one look at a meter means for the request that holds its outlet. Pure.

A look ends in an answer, in silence, or in a refusal. `decide` turns it into the request and
outlet as they now stand, what to tell the management server, and the reading to keep or to set
aside. It is applied to the rows as they are at that moment, not as they were before the look:
whatever happened meanwhile, the same look means the same.
"""

from msgspec import Struct
from msgspec.structs import replace

from konsento.mdms.continuity import is_silent
from konsento.mdms.contract import EndReason
from konsento.mdms.darkness import Darkness
from konsento.mdms.limits import (
    CLOSING_PATIENCE_MS,
    LOOK_AGAIN_MS,
    LOOK_AGAIN_MS_MAX,
)
from konsento.mdms.meter import Meaning, MeterAnswer, meaning
from konsento.mdms.outlet import Outlet
from konsento.mdms.request import (
    AT_REST,
    IN_USE,
    WANTED_CLOSED,
    WANTED_OFF,
    Happening,
    Request,
    State,
    Told,
    after,
)
from konsento.mdms.settings import MdmsSettings
from konsento.mdms.turn import Decision


class Silence(Struct, frozen=True):
    """The meter did not answer the read-back."""


class Refused(Struct, frozen=True):
    """The meter refused the command; `answer` is the read-back after it."""

    answer: MeterAnswer


Sighting = MeterAnswer | Silence | Refused


def decide(
    request: Request, outlet: Outlet, sighting: Sighting, now_ms: int, settings: MdmsSettings
) -> Decision:
    """Apply one look to a live request."""
    turn = Look(request, outlet, now_ms, settings)
    turn.look_after(LOOK_AGAIN_MS)
    if isinstance(sighting, Silence):
        turn.hear_nothing()
    elif isinstance(sighting, Refused):
        turn.hear(sighting.answer, refused=True)
    else:
        turn.hear(sighting, refused=False)
    turn.wait_for_its_turn()
    return turn.decision()


def stop(request: Request, outlet: Outlet, now_ms: int, settings: MdmsSettings) -> Decision:
    """Want it off, because someone asked. Changes nothing where it is off or being switched off.

    In the dark it is off: its end is told at once, the closing register follows.
    """
    turn = Darkness(request, outlet, now_ms, settings)
    if request.state is State.HELD:
        turn.move(Happening.STOP_WANTED)
        turn.end("stopped", final=True)
    elif request.state is State.DARK:
        turn.end_in_the_dark("stopped")
    elif after(request.state, Happening.STOP_WANTED) is not request.state:
        turn.want_off(Happening.STOP_WANTED, "stopped")
    return turn.decision()


class Look(Darkness):
    """The decision one look leads to."""

    def hear_nothing(self) -> None:
        """Silence: patience first, then what the fail-safe has made certain."""
        request, now_ms = self.request, self.now_ms
        self.look_after(self.settings.measure_every_ms)
        if request.state is State.HELD:
            self._give_up_opening("no_answer")
        elif request.state is State.DARK or self.is_known_dark():
            self.stay_dark()
        elif self._must_be_open():
            self._presume_open()
        elif request.state in WANTED_CLOSED:
            self._give_up_closing()
        elif request.state is State.ON and is_silent(
            self._heard_at_ms(), now_ms, self.settings.lost_after_ms
        ):
            self.move(Happening.SILENT)
            self.tell(Told(kind="link_lost", at_ms=now_ms))
        if self.request.state in {State.OFF_UNREAD, State.PAUSED, State.DARK}:
            self.look_after(LOOK_AGAIN_MS_MAX)

    def hear(self, answer: MeterAnswer, *, refused: bool) -> None:
        """An answer: what its register is worth, then what its switch means."""
        self.believe(answer)
        if self.request.state is State.HELD:
            self._open_account(answer)
            return
        self._say_it_is_back()
        if self.request.state is State.DARK:
            self.wake()
        self.read_limit_back(answer, refused=refused)
        means = self._meaning(answer)
        if self.request.state in AT_REST:
            self.hear_at_rest(answer, means, refused=refused)
        elif means is Meaning.CLOSED:
            self._is_closed(answer)
        elif means is Meaning.OPEN or (
            refused and answer.switch == "open" and self.request.state in WANTED_OFF
        ):
            self._is_open(answer, stuck=means is not Meaning.OPEN)
        elif means is Meaning.NOT_YET:
            self._is_not_yet(answer, refused=refused)

    def _heard_at_ms(self) -> int:
        return max(self.outlet.heard_at_ms or 0, self.request.commanded_at_ms or 0)

    def _must_be_open(self) -> bool:
        """No power, or longer without assurance than the fail-safe allows."""
        if self.request.state in {State.OFF_UNREAD, State.PAUSED}:
            return False  # presumed so already, or read open: silence changes nothing
        assured_at_ms = max(self.outlet.assured_at_ms or 0, self.request.commanded_at_ms or 0)
        silent = self.now_ms - assured_at_ms >= self.settings.open_after_ms
        return self.outlet.power == "off" or silent

    def _presume_open(self) -> None:
        no_power = self.outlet.power == "off"
        reason: EndReason = "power_lost" if no_power else "link_lost"
        if self.request.state is State.ON:
            self.tell(Told(kind="link_lost", at_ms=self.now_ms))
        if self.request.state is State.SWITCHING_ON:
            reason = "no_answer"
        self.want_off(Happening.PRESUMED_OPEN, reason)
        self.end(self.reason_or(reason), final=False)

    def _give_up_opening(self, reason: EndReason) -> None:
        if self.now_ms - self.request.asked_at_ms >= self.settings.start_patience_ms:
            self.move(Happening.GAVE_UP)
            self.end(reason, final=True)

    def _give_up_closing(self) -> None:
        since_ms = self.request.commanded_at_ms or self.request.asked_at_ms
        if self.now_ms - since_ms < self.settings.start_patience_ms:
            return
        if self.request.state is State.RESUMING:
            self.open_for_now(Happening.GAVE_UP)
        else:
            self.want_off(Happening.GAVE_UP, "no_answer")

    def _open_account(self, answer: MeterAnswer) -> None:
        """The opening register is known: from here on the switch may be told to close."""
        if self.accepted is None:
            self._give_up_opening("reading_implausible")
            return
        self.move(Happening.OPENING_READ)
        self.take_generation(max(self.outlet.generation, answer.generation) + 1)
        self.look_after(0)
        self.request = replace(
            self.request,
            opening_register_wh=answer.register_wh,
            register_wh=answer.register_wh,
            measured_at_ms=answer.at_ms,
            commanded_at_ms=max(self.now_ms, self.request.closes_from_ms or 0),
        )

    def _say_it_is_back(self) -> None:
        request = self.request
        if request.state is State.OFF_UNREAD and request.reason == "power_lost":
            self.tell(Told(kind="power_back", at_ms=self.now_ms))
        elif request.state is State.LINK_LOST or (
            request.state is State.OFF_UNREAD and request.reason == "link_lost"
        ):
            self.tell(Told(kind="link_back", at_ms=self.now_ms))

    def _meaning(self, answer: MeterAnswer) -> Meaning:
        means = meaning(answer, self.request.generation)
        if means is not Meaning.OVERTAKEN:
            return means
        if self.request.state in {*IN_USE, State.PAUSED}:
            self.take_generation(answer.generation)
            return Meaning.CLOSED if answer.switch == "closed" else Meaning.OPEN
        self.take_generation(answer.generation + 1)
        self.look_after(0)
        return means

    def _is_on(self, answer: MeterAnswer) -> None:
        """It was seen on for the first time, or must have been."""
        self.request = replace(self.request, switched_on_at_ms=self.within(answer.switched_at_ms))
        opening_wh = self.request.opening_register_wh
        self.tell(Told(kind="switched_on", at_ms=self.now_ms, opening_register_wh=opening_wh))

    def _is_closed(self, answer: MeterAnswer) -> None:
        if self.request.state in WANTED_OFF:
            # The switch obeyed and is still closed: only a new command can be obeyed again.
            self.move(Happening.READ_CLOSED)
            self.take_generation(self.outlet.generation + 1)
            self.outlet = replace(self.outlet, inoperative_because="switch_stuck")
            return
        resuming = self.request.state is State.RESUMING
        if self.move(Happening.READ_CLOSED) and self.request.switched_on_at_ms is None:
            self._is_on(answer)
        if resuming:
            self.is_resumed(answer)
        if self.request.first_use_at_ms is None and answer.first_use_at_ms is not None:
            first_use_at_ms = self.within(answer.first_use_at_ms)
            self.request = replace(self.request, first_use_at_ms=first_use_at_ms)
        self.look_after(self.settings.measure_every_ms)
        if self.accepted is not None and not resuming:  # which tells the register itself
            self.tell(
                Told(
                    kind="measured",
                    at_ms=answer.at_ms,
                    register_wh=self.request.register_wh,
                    used_wh=self.request.used_wh,
                    power_w=answer.power_w,
                )
            )
        passed = self.passed_limit()
        if passed is not None:
            self.want_off(Happening.LIMIT_PASSED, passed)
        else:
            self.watch_the_load(answer)

    def _is_open(self, answer: MeterAnswer, *, stuck: bool) -> None:
        if stuck:
            self.outlet = replace(self.outlet, inoperative_because="switch_refused")
        if self.accepted is None:
            self._cannot_be_believed(answer)
        else:
            self._close_account(answer, Happening.READ_OPEN)

    def _is_not_yet(self, answer: MeterAnswer, *, refused: bool) -> None:
        state = self.request.state
        if state in WANTED_CLOSED:
            if not refused:
                self._give_up_closing()
            elif state is State.RESUMING:
                self.open_for_now(Happening.REFUSED)
            else:
                self.want_off(Happening.REFUSED, "switch_refused")
        elif state in IN_USE:
            self.want_off(Happening.READ_ASTRAY, "switch_refused")
        elif answer.switch == "open":
            self._cannot_be_believed(answer)

    def _cannot_be_believed(self, answer: MeterAnswer) -> None:
        """Open, but without a register to end on, or without having obeyed: try for a while."""
        self.want_off(Happening.READ_ASTRAY, _because(answer))
        since_ms = self.request.unbelieved_since_ms
        if since_ms is None:
            self.request = replace(self.request, unbelieved_since_ms=self.now_ms)
        elif self.now_ms - since_ms >= CLOSING_PATIENCE_MS:
            self.outlet = replace(self.outlet, inoperative_because="reading_implausible")
            self._close_account(answer, Happening.WRITTEN_OFF)

    def _close_account(self, answer: MeterAnswer, happening: Happening) -> None:
        """Final: the last believed register closes the request and frees the outlet."""
        if self.request.reason is None and self.request.switched_on_at_ms is None:
            self._is_on(answer)
        reason = self.reason_or(_because(answer))
        self.give_up_limit()
        if self.request.ended_at_ms is None:
            if reason == "stopped":
                # Stopped while it had already opened by itself: the meter knows better.
                reason = _because(answer)
            ended_at_ms = self.within(answer.switched_at_ms)
            self.request = replace(self.request, ended_at_ms=ended_at_ms)
        self.request = replace(self.request, closing_register_wh=self.request.register_wh)
        self.move(happening)
        self.end(reason, final=True)


def _because(answer: MeterAnswer) -> EndReason:
    because = answer.opened_because
    return "stopped" if because is None or because == "commanded" else because
