"""The driver that speaks to the simulated street, over wires that are slow and can fail."""

from collections import Counter
from collections.abc import Sequence
from typing import Literal, Protocol

from msgspec.structs import replace

from konsento.foundation.clock import Clock
from konsento.mdms.continuity import Check, Heard, HopName
from konsento.mdms.drivers.driver import NoAnswer, SwitchRefused
from konsento.mdms.fleet.street import MeterUnknown, Street
from konsento.mdms.fleet.street_meter import (
    answer,
    assured,
    obey_close,
    obey_limit,
    obey_open,
    pinged,
    reaches,
    settled,
)
from konsento.mdms.meter import CloseOrder, MeterAnswer
from konsento.mdms.ping_views import PingAnswer

Verb = Literal["close", "open", "limit", "read", "check", "loopback"]


class Faults:
    """What shall go wrong next, for tests: each fault is used up when it happens."""

    def __init__(self) -> None:
        self.requests: Counter[Verb] = Counter()
        self.replies: Counter[Verb] = Counter()
        self.refusals: Counter[Verb] = Counter()
        self.registers_wh: list[int] = []

    def strikes(self, where: Counter[Verb], verb: Verb) -> bool:
        if where[verb] <= 0:
            return False
        where[verb] -= 1
        return True


class Households(Protocol):
    """Meters of the same head-end that stand before no outlet."""

    def pinged(self, smid: str, now_ms: int) -> PingAnswer: ...


class SimulatedDriver:
    """A head-end for the street; `latency_ms` each way, `timeout_ms` before silence is called."""

    def __init__(
        self,
        street: Street,
        clock: Clock,
        *,
        latency_ms: int = 40,
        timeout_ms: int = 1_500,
        faults: Faults | None = None,
        households: Households | None = None,
    ) -> None:
        self._street = street
        self._clock = clock
        self._latency_ms = latency_ms
        self._timeout_ms = timeout_ms
        self._households = households
        self.faults = faults or Faults()

    async def close(self, smid: str, generation: int, order: CloseOrder) -> None:
        await self._arrive(smid, "close")
        now_ms = self._clock.now_ms()
        obeyed = not self.faults.strikes(self.faults.refusals, "close")
        if obeyed:
            obeyed = await self._street.change(
                smid, lambda meter: obey_close(meter, generation, order, now_ms)
            )
        await self._return(smid, "close")
        if not obeyed:
            raise SwitchRefused(smid)

    async def open(self, smid: str, generation: int) -> None:
        await self._arrive(smid, "open")
        now_ms = self._clock.now_ms()
        obeyed = not self.faults.strikes(self.faults.refusals, "open")
        if obeyed:
            obeyed = await self._street.change(
                smid, lambda meter: obey_open(meter, generation, now_ms)
            )
        await self._return(smid, "open")
        if not obeyed:
            raise SwitchRefused(smid)

    async def limit(self, smid: str, generation: int, order: CloseOrder) -> None:
        await self._arrive(smid, "limit")
        now_ms = self._clock.now_ms()
        obeyed = not self.faults.strikes(self.faults.refusals, "limit")
        if obeyed:
            obeyed = await self._street.change(
                smid, lambda meter: obey_limit(meter, generation, order, now_ms)
            )
        await self._return(smid, "limit")
        if not obeyed:
            raise SwitchRefused(smid)

    async def read(self, smid: str) -> MeterAnswer:
        await self._arrive(smid, "read")
        said = answer(self._street.meter(smid), self._clock.now_ms())
        if self.faults.registers_wh:
            said = replace(said, register_wh=self.faults.registers_wh.pop(0))
        await self._return(smid, "read")
        return said

    async def check(self, checks: Sequence[Check]) -> Sequence[Heard]:
        await self._clock.sleep(self._latency_ms)
        now_ms = self._clock.now_ms()
        lost = self.faults.strikes(self.faults.requests, "check")
        arrived = {
            check.smid: not lost and reaches(self._street.meter(check.smid), "down")
            for check in checks
        }
        sure = [check.smid for check in checks if arrived[check.smid] and not check.rdi]
        await self._street.change_all(sure, lambda meter: assured(meter, now_ms))
        await self._clock.sleep(self._latency_ms)
        return [self._heard(check.smid, arrived=arrived[check.smid]) for check in checks]

    async def loopback(self, smid: str) -> None:
        await self._arrive(smid, "loopback")
        await self._return(smid, "loopback")

    async def answers(self, smid: str, hop: HopName) -> bool:
        await self._clock.sleep(self._latency_ms)
        meter = self._street.meter(smid)
        return reaches(meter, "down", hop) and reaches(meter, "up", hop)

    def _heard(self, smid: str, *, arrived: bool) -> Heard:
        meter = settled(self._street.meter(smid), self._clock.now_ms())
        if not reaches(meter, "up"):
            return Heard(smid=smid, answered=False, last_gasp_at_ms=meter.gasped_at_ms)
        return Heard(smid=smid, answered=True, rdi=not arrived, switch=meter.switch)

    async def ping(self, smids: Sequence[str]) -> Sequence[PingAnswer]:
        await self._clock.sleep(2 * self._latency_ms)
        now_ms = self._clock.now_ms()
        return [self._pinged(smid, now_ms) for smid in smids]

    def _pinged(self, smid: str, now_ms: int) -> PingAnswer:
        try:
            return pinged(self._street.meter(smid), now_ms)
        except MeterUnknown:
            if self._households is not None:
                return self._households.pinged(smid, now_ms)
            return PingAnswer(smid=smid, answer="unknown_meter")

    async def _arrive(self, smid: str, verb: Verb) -> None:
        await self._clock.sleep(self._latency_ms)
        lost = self.faults.strikes(self.faults.requests, verb)
        if lost or not reaches(self._street.meter(smid), "down"):
            await self._fall_silent(smid)

    async def _return(self, smid: str, verb: Verb) -> None:
        await self._clock.sleep(self._latency_ms)
        lost = self.faults.strikes(self.faults.replies, verb)
        if lost or not reaches(self._street.meter(smid), "up"):
            await self._fall_silent(smid)

    async def _fall_silent(self, smid: str) -> None:
        await self._clock.sleep(self._timeout_ms)
        raise NoAnswer(smid)
