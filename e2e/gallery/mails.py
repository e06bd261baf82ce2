"""The mails of outages as a mail server gave them out, each as a mail program shows it.

What is drawn is the HTML part of the mail that was delivered; every kind of news is made in the
town, by what befalls its wires and by what an office says.
"""

import re
from email.message import EmailMessage
from typing import Any

from playwright.async_api import Page

from e2e.gallery.wall import Gallery
from e2e.people.customer import Customer
from e2e.world.house import HOUR_MS, MINUTE_MS
from e2e.world.mail_server import part
from e2e.world.neighbourhood import Neighbourhood
from konsento.management.notices.outages.told import Kind
from konsento.management.notices.outages.wording import TONGUES

CAME_WITHIN_S = 240
GAP = re.compile(r"\{\w+\}")
CONFIRM = "/mail/confirm#"
# Between two chapters: four notices an hour and no more.
A_WHILE_MS = HOUR_MS + MINUTE_MS


class Mails:
    """One walk in one language; all homes are one customer's, and each has a mailbox."""

    def __init__(self, gallery: Gallery, around: Neighbourhood, who: Customer, page: Page) -> None:
        self._gallery = gallery
        self._around = around
        self._who = who
        self._page = page

    async def registers(self, other: Customer) -> None:
        """What comes before anything has happened; `other` registers for the same meter."""
        homes = await self._around.town.homes()
        far = [each for each in homes if each.feeder != homes[0].feeder]
        self._homes = dict(
            area=homes[0], still=homes[5], radios=homes[3], tripped=far[0], torn=far[1]
        )
        await self._who.opens()
        for name, home in self._homes.items():
            await self._who.has_registered(home, email=_mailbox(name))
            await self._who.has_confirmed(await self._around.post.mail(_mailbox(name), CONFIRM))
        await self._shows(await self._around.post.mail(_mailbox("area"), CONFIRM), "confirm")
        await other.opens()
        await other.has_registered(homes[0])
        await self._hang("area", "new-registrant", Kind.NEW_REGISTRANT)

    async def hears_of_works(self) -> None:
        """Announced, moved and cancelled."""
        starts_ms = await self._around.now_ms() + 48 * HOUR_MS
        await self._plans(starts_ms, "")
        await self._hang("still", "planned-ahead", Kind.PLANNED_AHEAD)
        works = (await self._is("still"))["planned"][0]["outage"]
        await self._plans(starts_ms + 2 * HOUR_MS, works)
        await self._hang("still", "planned-moved", Kind.PLANNED_MOVED)
        now_ms = await self._around.now_ms()
        await self._around.neighbour.office_says(now_ms, works, retracted=True)
        await self._hang("still", "planned-cancelled", Kind.PLANNED_CANCELLED)

    async def is_alone_in_the_dark(self) -> None:
        """A breaker that is found open, a line that is torn, and radios that were taken for it."""
        town, tripped, torn = self._around.town, self._homes["tripped"], self._homes["torn"]
        homes = await town.homes()
        radios = self._homes["radios"]
        beside = [each.smid for each in homes if each.transformer == radios.transformer]
        await town.cut("service_breaker", tripped.smid)
        await self._who.has_said_still_out(tripped)
        await self._around.runs_fast()
        await self._hang("tripped", "own-confirmed", Kind.OWN_CONFIRMED)
        await town.mend("service_breaker", tripped.smid)
        await town.cut("drop", torn.smid)
        await self._around.neighbour.meter_gasps(torn.smid, await self._around.now_ms())
        for smid in beside:
            await town.cut("radio", smid)
        await self._hang("torn", "own-likely", Kind.OWN_LIKELY)
        await self._hang("radios", "part-of-a-transformer", Kind.AREA)
        await town.mend("drop", torn.smid)
        for smid in beside:
            await town.mend("radio", smid)
        await self._hang("torn", "own-restored", Kind.RESTORED)
        await self._hang("radios", "taken-back", Kind.TAKEN_BACK)
        await self._around.passes(await self._around.now_ms() + A_WHILE_MS)

    async def is_out_with_the_area(self) -> None:
        """An estimate that changes and passes; back, but for one transformer."""
        town, area, still = self._around.town, self._homes["area"], self._homes["still"]
        await town.cut("transformer", still.transformer)
        await town.cut("feeder", area.feeder)
        await self._hang("area", "area", Kind.AREA)
        now_ms = await self._around.now_ms()
        await self._around.neighbour.office_says(
            now_ms, (await self._is("area"))["outage"]["outage"], cause="tree",
            cause_text="強風で折れた枝", response_status="crew_sent",
            expected={"is": "at", "at_ms": now_ms + 20 * MINUTE_MS},
        )  # fmt: skip
        await self._hang("area", "expected-changed", Kind.EXPECTED_CHANGED)
        await self._hang("area", "overdue", Kind.OVERDUE)
        await self._around.passes(now_ms + A_WHILE_MS)
        await town.mend("feeder", area.feeder)
        await self._hang("area", "restored", Kind.RESTORED)
        await self._hang("still", "area-back-yours-silent", Kind.AREA_BACK_YOURS_SILENT)
        await town.mend("transformer", still.transformer)

    async def _plans(self, starts_ms: int, works: str) -> None:
        await self._around.neighbour.office_says(
            await self._around.now_ms(), works, kind="planned", cause="works",
            places=[self._homes["still"].transformer],
            started_at_ms=starts_ms, planned_until_ms=starts_ms + HOUR_MS,
        )  # fmt: skip

    async def _is(self, name: str) -> dict[str, Any]:
        """What the customer's page is told of this home."""
        return await self._who.meter(self._homes[name])

    async def _hang(self, name: str, title: str, kind: Kind) -> None:
        """The first mail to this home that tells of `kind`."""
        says = TONGUES[self._who.language].says[kind]
        words = max(GAP.split(says), key=len)
        await self._shows(
            await self._around.post.mail(_mailbox(name), words, within_s=CAME_WITHIN_S), title
        )

    async def _shows(self, mail: EmailMessage, title: str) -> None:
        await self._page.set_content(part(mail, "html"))
        await self._gallery.hang_mail(self._page, title)


def _mailbox(name: str) -> str:
    return f"{name}@example.jp"
