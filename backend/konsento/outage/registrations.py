"""For how many meters of each area somebody is registered (Se9): counts, never which or who."""

import msgspec

from konsento.foundation.databases import GRID
from konsento.foundation.problems import Refusal
from konsento.outage.outage_views import Registrations, RegistrationsTaken, RegistrationsView
from konsento.outage.record.sound import FUTURE_MS_MAX
from konsento.outage.topology.register import Register

LOCK = "outage-registrations"


class CountsOfTheFuture(Refusal):
    status = 422
    slug = "counts-of-the-future"
    title = "Nothing can have been counted yet at that time."


class AreaTwice(Refusal):
    status = 422
    slug = "area-twice"
    title = "An area is counted twice."


async def keep(counts: Registrations, register: Register | None, now_ms: int) -> RegistrationsTaken:
    """In the place of older counts; newer ones stay. Raises CountsOfTheFuture, AreaTwice."""
    if counts.as_of_ms > now_ms + FUTURE_MS_MAX:
        raise CountsOfTheFuture("as_of_ms", field="as_of_ms")
    seen: set[str] = set()
    for at, each in enumerate(counts.areas):
        if each.area in seen:
            raise AreaTwice(f"areas[{at}]: {each.area}", field="areas", row=at)
        seen.add(each.area)
    async with GRID.writing(LOCK):
        await GRID.ask(
            "INSERT INTO outage_registrations (which, as_of_ms, body) VALUES ('areas', {}, {}) "
            "ON CONFLICT (which) DO UPDATE SET as_of_ms = excluded.as_of_ms, body = excluded.body "
            "WHERE outage_registrations.as_of_ms <= excluded.as_of_ms",
            counts.as_of_ms,
            msgspec.json.encode(counts).decode(),
        )
    stands = await _standing() or counts
    unknown = tuple(
        each.area for each in stands.areas if register is None or not register.has_area(each.area)
    )
    return RegistrationsTaken(as_of_ms=stands.as_of_ms, areas=len(stands.areas), unknown=unknown)


async def counted(now_ms: int) -> RegistrationsView:
    """The counts that stand."""
    stands = await _standing()
    return RegistrationsView(
        as_of_ms=None if stands is None else stands.as_of_ms,
        areas=() if stands is None else stands.areas,
        now_ms=now_ms,
    )


async def _standing() -> Registrations | None:
    rows = await GRID.ask("SELECT body FROM outage_registrations WHERE which = 'areas'")
    return msgspec.json.decode(rows[0]["body"], type=Registrations) if rows else None
