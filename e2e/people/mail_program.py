"""What mail programs, gateways and providers make of a mail that came."""

import re
from email.message import EmailMessage
from itertools import pairwise

import httpx

from e2e.world.mail_server import part, plain_text, way_out


def is_one_thread(mails: list[EmailMessage]) -> None:
    """A mail program shows them as one conversation, and each can be stopped by one click."""
    roots = {mail["References"].split()[0] for mail in mails}
    assert len(roots) == 1
    for before, mail in pairwise(mails):
        assert mail["In-Reply-To"] == before["Message-ID"]
    assert len({mail["Message-ID"] for mail in mails}) == len(mails)


def is_a_whole_mail(mail: EmailMessage) -> None:
    """Text and HTML say the same; no line of the headers hides the way out; nobody signed it."""
    assert mail.get_content_type() == "multipart/alternative"
    assert [each.get_content_type() for each in mail.iter_parts()] == ["text/plain", "text/html"]
    for line in plain_text(mail).splitlines():
        assert re.split("：|: ", line)[-1].lstrip("・- ") in part(mail, "html")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["DKIM-Signature"] is None  # no key was given
    way_out(mail)


async def is_stopped_by_one_click(mail: EmailMessage, house_url: str) -> None:
    """As a mail provider does it: from its own address, with a form and nothing else (RFC 8058)."""
    local = house_url.replace("localhost", "127.0.0.1")
    url = way_out(mail).replace(house_url, local)
    async with httpx.AsyncClient() as provider:
        answer = await provider.post(url, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == httpx.codes.OK


async def leads_to_a_page_alone(mail: EmailMessage, house_url: str) -> None:
    """A gateway that opens every link of a mail stops nothing."""
    local = house_url.replace("localhost", "127.0.0.1")
    async with httpx.AsyncClient() as gateway:
        answer = await gateway.get(way_out(mail).replace(house_url, local))
    assert answer.status_code == httpx.codes.SEE_OTHER
    assert answer.headers["location"].startswith("/mail/stop#")
