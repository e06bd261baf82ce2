"""Mails that come back: which of ours, and whether its mailbox is no more (RFC 3464). Pure.

Anybody can write such a mail. It counts only by the Message-ID of ours that it carries, which
nobody but its receiver and the servers on the way have seen.
"""

import email
import email.policy
import re
from email.message import EmailMessage, Message

import msgspec

MAIL_BYTES_MAX = 1_000_000
RECIPIENTS_MAX, PARTS_MAX = 20, 20
MESSAGE_ID = re.compile(r"<([A-Za-z0-9._-]{1,64})@[A-Za-z0-9.-]{1,189}>")
# No such mailbox or host, moved, disabled. A full mailbox, a policy against us and whatever has
# no code of its own say nothing that lasts.
LASTS = re.compile(r"\b5\.(?:1\.(?:1|2|3|6|10)|2\.1|4\.4)\b")


class Bounce(msgspec.Struct, frozen=True):
    """One mail of ours that was not delivered. `key`: what was before the @ in its Message-ID.

    `hard`: its mailbox is no more; else it may go well the next time.
    """

    key: str
    hard: bool


def bounce_in(mail: bytes) -> Bounce | None:
    """What a mail reports as undelivered; None when it is no such report, or of no mail of ours."""
    report = email.message_from_bytes(mail[:MAIL_BYTES_MAX], policy=email.policy.compat32)
    kind = str(report.get_param("report-type", "")).lower()
    if report.get_content_type() != "multipart/report" or kind != "delivery-status":
        return None
    inside = report.get_payload()
    if not isinstance(inside, list) or len(inside) > PARTS_MAX:
        return None
    parts = [part for part in inside if isinstance(part, email.message.Message)]
    failed = [each for part in parts for each in _failed(part)]
    key = next((found for part in parts[1:] if (found := _key(part))), None)
    if key is None or not failed:
        return None
    return Bounce(key, all(failed))


def _failed(part: "Message[str, str]") -> list[bool]:
    """For each recipient that failed, whether it lasts."""
    if part.get_content_type() != "message/delivery-status":
        return []
    groups = part.get_payload()
    if not isinstance(groups, list):
        return []
    return [
        bool(LASTS.search(f"{group['Status']} {group['Diagnostic-Code']}"))
        for group in groups[: RECIPIENTS_MAX + 1]
        if isinstance(group, email.message.Message)
        and str(group["Action"]).strip().lower() == "failed"
    ]


def _key(part: "Message[str, str]") -> str | None:
    """Of the mail, or of its headers, that is returned within the report."""
    kind = part.get_content_type()
    inside = part.get_payload()
    if kind == "message/rfc822" and isinstance(inside, list) and inside:
        returned = inside[0]
    elif kind == "text/rfc822-headers":
        returned = email.message_from_bytes(part.get_payload(decode=True) or b"")  # type: ignore[arg-type]
    else:
        return None
    if not isinstance(returned, EmailMessage | email.message.Message):
        return None
    found = MESSAGE_ID.search(str(returned["Message-ID"]))
    return found[1] if found else None
