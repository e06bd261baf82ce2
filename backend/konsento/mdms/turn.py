"""One decision about a request being made: what it has moved, told and believed so far. Pure.

`sighting` says what a look means; here is what such a meaning may do to the request and the
outlet: follow the state table, want the switch off, tell an end once, believe a reading.
"""

from typing import cast

from msgspec import Struct
from msgspec.structs import replace

from konsento.mdms.contract import EndReason, EventKind
from konsento.mdms.limits import LIMIT_GRACE_MS, REQUEST_LASTS_MS_MAX
from konsento.mdms.meter import MeterAnswer
from konsento.mdms.outlet import Outlet
from konsento.mdms.reading import Accepted, Aside, Bounds, Reading, judge, used_wh
from konsento.mdms.request import IN_USE, WANTED_CLOSED, Happening, Request, Told, after
from konsento.mdms.settings import MdmsSettings

START_FAILED = frozenset({"no_answer", "switch_refused", "reading_implausible"})


class Decision(Struct, frozen=True, kw_only=True):
    """How things stand after a look or a wish to stop."""

    request: Request
    outlet: Outlet
    told: tuple[Told, ...] = ()
    accepted: Accepted | None = None
    aside: Aside | None = None


class Turn:
    """One decision being made; nothing outside sees it before it is whole."""

    def __init__(
        self, request: Request, outlet: Outlet, now_ms: int, settings: MdmsSettings
    ) -> None:
        self.request = request
        self.outlet = outlet
        self.now_ms = now_ms
        self.settings = settings
        self.told: list[Told] = []
        self.accepted: Accepted | None = None
        self.aside: Aside | None = None

    def decision(self) -> Decision:
        return Decision(
            request=self.request,
            outlet=self.outlet,
            told=tuple(self.told),
            accepted=self.accepted,
            aside=self.aside,
        )

    def move(self, happening: Happening) -> bool:
        """Follow the table; True if the state changed."""
        before = self.request.state
        self.request = replace(self.request, state=after(before, happening))
        return self.request.state is not before

    def want_off(self, happening: Happening, reason: EndReason) -> None:
        """Begin to want the switch open, under a new generation.

        A command to close may still be on its way: the fail-safe is counted from now.
        """
        closing = self.request.state in WANTED_CLOSED
        if self.move(happening):
            self.request = replace(self.request, reason=self.request.reason or reason)
            self.give_up_limit()
            self.take_generation(self.outlet.generation + 1)
            self.look_after(0)
            if closing:
                self.outlet = replace(self.outlet, assured_at_ms=self.now_ms)

    def read_limit_back(self, answer: MeterAnswer, *, refused: bool) -> None:
        """A limit still wanted is raised once the meter stands behind its command."""
        request = self.request
        if request.limit_state != "wanted" or request.state not in IN_USE:
            return
        if answer.generation == request.limit_command:
            self.request = request = replace(request, generation=request.limit_command)
            if answer.switch == "open" and not self._went_beyond(answer):
                self.give_up_limit()  # it had opened by the old limit before it heard of a new one
                return
            self.hold_limit()
        elif refused:
            self.give_up_limit()

    def passed_limit(self, *, to_spare_wh: int | None = None) -> EndReason | None:
        """The second line: a closed meter should have opened by itself before this is true.

        `to_spare_wh` given: whether less than that is left to a switch that could be closed.
        """
        request, now_ms = self.request, self.now_ms
        beyond_wh = self.outlet.register_step_wh if to_spare_wh is None else 1 - to_spare_wh
        energy_wh_max = request.energy_wh_max
        if energy_wh_max and request.used_wh >= energy_wh_max + beyond_wh:
            return "energy_limit"
        first_use = request.counted_from == "first_use"
        since_ms = request.first_use_at_ms if first_use else request.switched_on_at_ms
        grace_ms = LIMIT_GRACE_MS if to_spare_wh is None else 0
        lasts_ms = (request.duration_s_max or 0) * 1_000 + grace_ms
        if request.duration_s_max and since_ms is not None and now_ms - since_ms >= lasts_ms:
            return "time_limit"
        on_for_ms = now_ms - (request.switched_on_at_ms or now_ms)
        return "time_limit" if on_for_ms >= REQUEST_LASTS_MS_MAX else None

    def _went_beyond(self, answer: MeterAnswer) -> bool:
        """Whether more was delivered, or for longer, than the old limits allow."""
        request = self.request
        if request.energy_wh_max is not None and request.used_wh > request.energy_wh_max:
            return True
        first_use = request.counted_from == "first_use"
        since_ms = request.first_use_at_ms if first_use else request.switched_on_at_ms
        if request.duration_s_max is None or since_ms is None:
            return False
        lasted_ms = self.within(answer.switched_at_ms) - since_ms
        return lasted_ms > request.duration_s_max * 1_000 + LIMIT_GRACE_MS

    def hold_limit(self) -> None:
        """A limit still wanted holds from now on; an open switch is told of it when it closes."""
        request = self.request
        if request.limit_state == "wanted":
            self.request = replace(
                request,
                energy_wh_max=request.limit_energy_wh_max,
                duration_s_max=request.limit_duration_s_max,
                limit_state="raised",
            )
            self._tell_limit("limit_raised")

    def give_up_limit(self) -> None:
        """The request ends, or the meter will not: what was ordered first stays the limit."""
        if self.request.limit_state == "wanted":
            self.request = replace(self.request, limit_state="refused")
            self._tell_limit("limit_refused")

    def _tell_limit(self, kind: EventKind) -> None:
        request = self.request
        self.tell(
            Told(
                kind=kind,
                at_ms=self.now_ms,
                limit_generation=request.limit_generation,
                energy_wh_max=request.energy_wh_max,
                duration_s_max=request.duration_s_max,
            )
        )

    def reason_or(self, otherwise: EndReason) -> EndReason:
        """Why it ends: as was decided before, else as given. A live request was not rejected."""
        return cast(EndReason, self.request.reason or otherwise)

    def end(self, reason: EndReason, *, final: bool) -> None:
        """Tell the end: once when presumed, once when final."""
        request = self.request
        if not final and request.ended_at_ms is not None:
            return
        self.request = request = replace(
            request, reason=reason, ended_at_ms=request.ended_at_ms or self.now_ms
        )
        self.tell(
            Told(
                kind="start_failed" if reason in START_FAILED else "switched_off",
                at_ms=self.now_ms,
                reason=reason,
                opening_register_wh=request.opening_register_wh,
                closing_register_wh=request.closing_register_wh if final else request.register_wh,
                used_wh=request.used_wh,
                final=final,
            )
        )

    def tell(self, told: Told) -> None:
        self.told.append(told)

    def look_after(self, after_ms: int) -> None:
        """When the next look is due."""
        self.request = replace(self.request, next_look_at_ms=self.now_ms + after_ms)

    def take_generation(self, generation: int) -> None:
        """Stand behind a new command."""
        self.request = replace(self.request, generation=generation)
        self.outlet = replace(self.outlet, generation=max(generation, self.outlet.generation))

    def believe(self, answer: MeterAnswer) -> None:
        """Keep the reading or set it aside; only what was accepted moves the outlet's register."""
        outlet = self.outlet
        last = None
        if outlet.register_wh is not None and outlet.register_at_ms is not None:
            last = Reading(outlet.register_at_ms, outlet.register_wh, 0)
        bounds = Bounds(
            power_w_max=outlet.power_w_max,
            register_modulo_wh=outlet.register_modulo_wh,
            register_step_wh=outlet.register_step_wh,
        )
        reading = Reading(answer.at_ms, answer.register_wh, answer.power_w)
        verdict = judge(reading, last, bounds, self.now_ms)
        back_at_ms = self.now_ms if outlet.power == "off" else outlet.power_back_at_ms
        self.outlet = replace(
            outlet, heard_at_ms=self.now_ms, switch=answer.switch, power="on",
            power_back_at_ms=back_at_ms,
        )  # fmt: skip
        if isinstance(verdict, Aside):
            self.aside = verdict
            return
        self.accepted = verdict
        self.outlet = replace(
            self.outlet,
            register_wh=reading.register_wh,
            register_at_ms=reading.at_ms,
            power_w=reading.power_w,
        )
        opening_wh = self.request.opening_register_wh
        if opening_wh is not None:
            self.request = replace(
                self.request,
                register_wh=reading.register_wh,
                used_wh=used_wh(opening_wh, reading.register_wh, bounds.register_modulo_wh),
                power_w=reading.power_w,
                measured_at_ms=reading.at_ms,
            )

    def within(self, at_ms: int | None) -> int:
        """A meter's time, kept between our command and now."""
        earliest_ms = self.request.switched_on_at_ms or self.request.commanded_at_ms or 0
        return min(max(at_ms or self.now_ms, earliest_ms), self.now_ms)
