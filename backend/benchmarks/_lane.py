"""A worker of the lane alone, as `konsento worker management` runs it; it may be killed.

`python -m benchmarks._lane DATABASE ORIGIN MAIL_PORT` sends until it is ended.
"""

import sys
from collections.abc import Sequence

import uvloop

from konsento.foundation.clock import SystemClock
from konsento.foundation.databases import PEOPLE
from konsento.foundation.ids import SystemIds
from konsento.foundation.logs import set_up_logs
from konsento.management.notices.dispatch.carry import Carrier
from konsento.management.notices.dispatch.lane import Lane
from konsento.management.notices.dispatch.parcel import Channel, Parcel
from konsento_push.email import Sender, stable_id
from konsento_push.letter import Letter, html_of, text_of
from konsento_push.message import Message
from konsento_push.notification import Notification
from konsento_push.smtp import SmtpMailer, SmtpSettings
from konsento_push.subscription import push_hosts
from konsento_push.vapid import VapidSigner, new_private_key
from konsento_push.web_push import WebPusher

HOME = "https://konsento.example"
LETTER = Letter(
    headline="お住まいの地域で停電しています", meaning="act", language="ja",
    facts=(("場所", "中区幟町"), ("はじまり", "11月22日 7:10"), ("復旧の見込み", "8:30 ごろ")),
    todo=("切れた電線にはさわらないでください。",), link=("くわしく見る", f"{HOME}/power"),
)  # fmt: skip


def pushed(parcel: Parcel) -> Notification:
    """Neutral words, with a tag of their own."""
    return Notification(
        kind="area", title="停電のお知らせ", body="お客様のお住まい地域についてのお知らせです。",
        navigate=f"{HOME}/power", tag=parcel.to_id, language="ja", at_ms=parcel.due_at_ms,
        about=None, ttl_s=3_600, urgency="high",
    )  # fmt: skip


def written(parcel: Parcel) -> Message:
    """The letter, to an address that names its parcel."""
    return Message(
        to=f"{parcel.to_id}@example.jp", language="ja", subject="停電のお知らせ",
        text=text_of(LETTER), html=html_of(LETTER), tag=parcel.to_id,
        message_id=stable_id(parcel.id, "konsento.example"),
    )  # fmt: skip


async def render(parcels: Sequence[Parcel]) -> dict[str, Notification | Message | None]:
    return {
        each.id: written(each) if each.channel is Channel.MAIL else pushed(each) for each in parcels
    }


async def bounced(registration_id: str, address: str) -> None:
    raise RuntimeError(f"refused: {registration_id} {address}")


async def work(database: str, origin: str, mail_port: int) -> None:
    clock = SystemClock()
    await PEOPLE.open(database)
    signer = VapidSigner(new_private_key(), "mailto:push@konsento.example")
    settings = SmtpSettings(host="127.0.0.1", port=mail_port, starttls=False)
    carrier = Carrier(
        clock=clock, ids=SystemIds(), render=render, bounced=bounced,
        pusher=WebPusher(signer, push_hosts(origin), clock.now_ms),
        mailer=SmtpMailer(settings, Sender("Konsento", "no-reply@konsento.example")),
    )  # fmt: skip
    await Lane(carrier).work()


if __name__ == "__main__":
    set_up_logs(level="WARNING")
    uvloop.run(work(sys.argv[1], sys.argv[2], int(sys.argv[3])))
