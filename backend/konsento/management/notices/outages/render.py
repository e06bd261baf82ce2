"""Parcels in words: what each notice says, to the browser or the mailbox it goes to.

What is no news any more, what newer news of the same outage has overtaken and what would go to
somebody who has left says nothing.
"""

import hashlib
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

import msgspec

from konsento.management.customers.links import (
    STOP_PAGE,
    MailList,
    unsubscribe_token,
    unsubscribe_url,
)
from konsento.management.customers.registration import Registered, registrations_of
from konsento.management.notices.dispatch.browsers import browsers_by_id
from konsento.management.notices.dispatch.parcel import Channel, Parcel, Rendered
from konsento.management.notices.outages import store
from konsento.management.notices.outages.hands import Teller
from konsento.management.notices.outages.limits import REFERENCES_MAX
from konsento.management.notices.outages.notice import Notice, left_s
from konsento.management.notices.outages.tell import mail_parcel
from konsento.management.notices.outages.wording import letter, notification, subject
from konsento.management.notices.subscribe import Kept as Browser
from konsento_push.email import stable_id
from konsento_push.letter import html_of, text_of
from konsento_push.message import Message
from konsento_push.notification import Notification


class _Known(msgspec.Struct, frozen=True):
    """Everything a page of parcels is about."""

    notices: Mapping[str, Notice]
    registered: Mapping[str, Registered]
    browsers: Mapping[str, Browser]
    threads: Mapping[tuple[str, str], list[str]]


async def render(parcels: Sequence[Parcel], *, teller: Teller) -> Rendered:
    """What each says now, by its id; None where there is nothing to say, or nobody there."""
    notices = await store.notices_by_id({each.notice_id for each in parcels})
    people = await registrations_of({each.smid for each in notices.values()})
    pushed = [each.to_id for each in parcels if each.channel is Channel.PUSH]
    known = _Known(
        notices,
        {each.id: each for each in people},
        await browsers_by_id(pushed),
        await store.latest({each.registration for each in notices.values()}),
    )
    return {each.id: _said(each, known, teller) for each in parcels}


def _said(parcel: Parcel, known: _Known, teller: Teller) -> Notification | Message | None:
    notice = known.notices.get(parcel.notice_id)
    registered = None if notice is None else known.registered.get(notice.registration)
    if notice is None or registered is None:
        return None
    thread = known.threads.get((notice.registration, notice.thread), [])
    now_ms = teller.clock.now_ms()
    if thread[:1] != [notice.id] or left_s(notice, now_ms) <= 0:
        return None
    if parcel.channel is Channel.MAIL:
        return _mail(parcel, notice, registered, thread, teller)
    browser = known.browsers.get(parcel.to_id)
    if browser is None or browser.visitor != registered.visitor:
        return None  # the browser is somebody else's by now
    return notification(notice, browser.language, teller.public_url, now_ms)


def _mail(
    parcel: Parcel, notice: Notice, registered: Registered, thread: list[str], teller: Teller
) -> Message | None:
    if registered.email is None or (notice.of_works and not registered.planned_mail):
        return None
    language = registered.language
    host = urlsplit(teller.public_url).hostname or "localhost"
    token = _token(notice, registered, teller)
    words = letter(
        notice, language, public_url=teller.public_url, telephone=teller.telephone,
        stop_url=f"{teller.public_url}{STOP_PAGE}#{token}" if token else "",
    )  # fmt: skip
    earlier = [mail_parcel(each, registered.id, 0).id for each in reversed(thread[1:])]
    return Message(
        to=registered.email,
        language=language,
        subject=subject(notice, language),
        text=text_of(words),
        html=html_of(words),
        message_id=stable_id(parcel.id, host),
        references=(
            stable_id(_root(notice), host),
            *(stable_id(each, host) for each in earlier[-REFERENCES_MAX + 1 :]),
        ),
        unsubscribe=unsubscribe_url(teller.public_url, token) if token else None,
        tag=notice.tag,
    )


def _token(notice: Notice, registered: Registered, teller: Teller) -> str:
    if not teller.mail_secret:
        return ""
    which: MailList = "planned" if notice.of_works else "outages"
    return unsubscribe_token(registered.id, which, teller.mail_secret)


def _root(notice: Notice) -> str:
    """What all mails of one outage to one registration refer to; it was never a mail itself."""
    about = f"{notice.thread}\0{notice.registration}".encode()
    return f"thread.{hashlib.sha256(about).hexdigest()[:32]}"
