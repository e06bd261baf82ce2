"""A worker that tells customers of outages, as `konsento worker management` does; it may be killed.

`python -m benchmarks._telling DATABASE ROOM_URL PUSH_ORIGIN MAIL_PORT` follows the outage room,
weighs whom each outage concerns, and sends, until it is ended.
"""

import asyncio
import gc
import sys
from functools import partial

import uvloop

from konsento.assembly.kept_http import KeptHttp
from konsento.foundation.clock import SystemClock
from konsento.foundation.databases import PEOPLE
from konsento.foundation.ids import SystemIds
from konsento.foundation.logs import set_up_logs
from konsento.foundation.outbox import Outbox
from konsento.foundation.ticker import every
from konsento.management.notices.dispatch.carry import Carrier
from konsento.management.notices.dispatch.lane import Lane
from konsento.management.notices.outages import events
from konsento.management.notices.outages.follow import follow_once
from konsento.management.notices.outages.hands import Teller
from konsento.management.notices.outages.limits import LOOK_EVERY_MS
from konsento.management.notices.outages.render import render
from konsento.management.notices.outages.weigh import look_at_those_who_wait, weigh_outage
from konsento.outage.contract import OutageClient
from konsento_push.email import Sender
from konsento_push.smtp import SmtpMailer, SmtpSettings
from konsento_push.subscription import push_hosts
from konsento_push.vapid import VapidSigner, new_private_key
from konsento_push.web_push import WebPusher

HOME = "https://konsento.example"
BRAKE_ABOVE = 10_000


async def bounced(registration_id: str, address: str) -> None:
    raise RuntimeError(f"refused: {registration_id} {address}")


async def follow(teller: Teller) -> None:
    while True:
        await follow_once(teller)


async def work(database: str, room_url: str, push_origin: str, mail_port: int) -> None:
    clock, ids = SystemClock(), SystemIds()
    await PEOPLE.open(database)
    outbox = Outbox(PEOPLE, ids)
    teller = Teller(
        clock=clock, ids=ids, outbox=outbox, public_url=HOME, brake_above=BRAKE_ABOVE,
        outages=OutageClient(KeptHttp(room_url), "key-of-a-reader"),
        mail_secret="secret-of-the-benchmarks-mails", pushes=True, mails=True,
    )  # fmt: skip
    signer = VapidSigner(new_private_key(), "mailto:push@konsento.example")
    settings = SmtpSettings(host="127.0.0.1", port=mail_port, starttls=False)
    carrier = Carrier(
        clock=clock, ids=ids, render=partial(render, teller=teller), bounced=bounced,
        pusher=WebPusher(signer, push_hosts(push_origin), clock.now_ms),
        mailer=SmtpMailer(settings, Sender("Konsento", "no-reply@konsento.example")),
        wake=teller.parcels,
    )  # fmt: skip
    handlers = {events.WEIGH: partial(weigh_outage, teller=teller)}
    look = partial(look_at_those_who_wait, teller)
    gc.collect()
    gc.freeze()  # as the running house does once it stands
    async with asyncio.TaskGroup() as group:
        group.create_task(follow(teller))
        group.create_task(every(LOOK_EVERY_MS, look, name="look at meters", clock=clock))
        group.create_task(outbox.work(handlers, clock))
        group.create_task(Lane(carrier).work())


if __name__ == "__main__":
    set_up_logs(level="WARNING")
    uvloop.run(work(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
