"""The demo's control page: plug in, cut a link, make time run. Exists nowhere else."""

from collections.abc import Callable
from typing import Annotated, Literal

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter
from msgspec import Meta

from konsento.assembly import town
from konsento.foundation.clock import RateClock
from konsento.foundation.edge.strict_body import strict_body
from konsento.foundation.problems import Refusal
from konsento.management.charging.outlet_code import label
from konsento.management.charging.tables import OutletRow
from konsento.mdms.fleet.street import Act, Street
from konsento_push.caught import Caught, CaughtMail

SMID = {seed.outlet: seed.smid for seed in town.OUTLETS}
OutletId = Annotated[str, PathParameter(pattern=r"^OKW-[0-9]{4}$(?!\n)", max_length=8)]


class NoSuchOutlet(Refusal):
    status = 404
    slug = "unknown-outlet"
    title = "This outlet does not stand in the demo's street."


class Place(msgspec.Struct, frozen=True):
    ja: str
    en: str


class OutletInTheStreet(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody standing before it could see; W and Wh."""

    outlet: str
    code: str
    label: str
    place: Place
    voltage_v: int
    switch: Literal["open", "closed"]
    link: Literal["up", "cut"]
    power: Literal["on", "off"]
    plugged: Literal["car", "bike", "kettle"] | None
    power_w: int
    register_wh: int
    qr_url: str


class StreetView(msgspec.Struct, frozen=True):
    now_ms: int
    rate: int
    public_url: str
    outlets: list[OutletInTheStreet]


class ActRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    act: Act


class RateRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many times faster than the wall's clock."""

    rate: Annotated[int, Meta(ge=1, le=RateClock.RATE_MAX)]


async def look(street: Street, clock: RateClock, public_url: str) -> StreetView:
    """The street as it stands."""
    now_ms = clock.now_ms()
    faces = {face.smid: face for face in street.faces(now_ms)}
    rows = await OutletRow.select().order_by(OutletRow.outlet)
    return StreetView(
        now_ms,
        clock.rate,
        public_url,
        [
            OutletInTheStreet(
                outlet=row["outlet"],
                code=row["code"],
                label=label(row["code"]),
                place=Place(row["title_ja"], row["title_en"]),
                voltage_v=row["voltage_v"],
                switch=face.switch,
                link=face.link,
                power=face.power,
                plugged=face.plugged,
                power_w=face.power_w,
                register_wh=face.register_wh,
                qr_url=f"/api/outlets/{row['code']}/qr.svg",
            )
            for row in rows
            for face in (faces[SMID[row["outlet"]]],)
        ],
    )


@get("/demo/api/street", include_in_schema=False)
async def street_now(
    street: NamedDependency[Street],
    rate_clock: NamedDependency[RateClock],
    public_url: NamedDependency[str],
) -> StreetView:
    return await look(street, rate_clock, public_url)


@post(
    "/demo/api/outlets/{outlet:str}/do",
    status_code=200,
    guards=[strict_body],
    include_in_schema=False,
)
async def act(
    outlet: OutletId,
    data: JSONBody[ActRequest],
    street: NamedDependency[Street],
    rate_clock: NamedDependency[RateClock],
    public_url: NamedDependency[str],
) -> StreetView:
    """Do something to an outlet of the street."""
    if outlet not in SMID:
        raise NoSuchOutlet
    await street.do(SMID[outlet], data.act, rate_clock.now_ms())
    return await look(street, rate_clock, public_url)


@post("/demo/api/clock", status_code=200, guards=[strict_body], include_in_schema=False)
async def set_rate(
    data: JSONBody[RateRequest],
    keep_pace: NamedDependency[Callable[[RateClock], None]],
    street: NamedDependency[Street],
    rate_clock: NamedDependency[RateClock],
    public_url: NamedDependency[str],
) -> StreetView:
    """Make time run."""
    rate_clock.set_rate(data.rate)
    keep_pace(rate_clock)
    return await look(street, rate_clock, public_url)


class Mails(msgspec.Struct, frozen=True):
    """What would have been sent, newest first."""

    mails: list[Caught]


@get("/demo/api/mails", include_in_schema=False, sync_to_thread=False)
def caught_mails(caught: NamedDependency[CaughtMail]) -> Mails:
    """The mails that the demo kept instead of sending."""
    return Mails(caught.mails)
