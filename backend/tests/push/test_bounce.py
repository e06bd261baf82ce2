"""A mail that came back is known by its Message-ID, and only what lasts ends anything."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from konsento_push.bounce import Bounce, bounce_in

OURS = "<n1.mail.r1@konsento.example>"
REPORT = """\
From: MAILER-DAEMON@mx.example.jp
To: no-reply@konsento.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type={kind}; boundary="b1"

--b1
Content-Type: text/plain

I could not deliver it. Status: 5.1.1

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.jp

{groups}
--b1
Content-Type: {returned_as}

Message-ID: {message_id}
Subject: x

x
--b1--
"""
FAILED = "Final-Recipient: rfc822; haruka@example.jp\nAction: {action}\nStatus: {status}\n{more}"


def report(
    status: str = "5.1.1",
    action: str = "failed",
    more: str = "",
    kind: str = "delivery-status",
    returned_as: str = "message/rfc822",
    message_id: str = OURS,
) -> bytes:
    groups = FAILED.format(action=action, status=status, more=more)
    said = REPORT.format(kind=kind, groups=groups, returned_as=returned_as, message_id=message_id)
    return said.replace("\n", "\r\n").encode()


@pytest.mark.parametrize("returned_as", ["message/rfc822", "text/rfc822-headers"])
def test_a_mailbox_that_is_no_more_is_told_with_the_mail_that_went_there(returned_as: str) -> None:
    assert bounce_in(report(returned_as=returned_as)) == Bounce("n1.mail.r1", hard=True)


@pytest.mark.parametrize(
    ("status", "more", "hard"),
    [
        ("5.1.1", "", True), ("5.1.2", "", True), ("5.1.10", "", True), ("5.2.1", "", True),
        ("5.4.4", "", True), ("5.0.0", "Diagnostic-Code: smtp; 550 5.1.1 no such user\n", True),
        ("5.0.0", "", False), ("5.2.2", "", False), ("5.7.1", "", False), ("4.4.7", "", False),
        ("5.7.1", "Diagnostic-Code: smtp; 550 5.7.1 blocked\n", False), ("", "", False),
    ],
)  # fmt: skip
def test_only_what_lasts_is_hard(status: str, more: str, hard: bool) -> None:
    assert bounce_in(report(status, more=more)) == Bounce("n1.mail.r1", hard=hard)


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_what_may_still_arrive_is_no_bounce(action: str) -> None:
    assert bounce_in(report(action=action)) is None


@pytest.mark.parametrize(
    "mail",
    [
        b"", b"\x00" * 100, b"From: a@b\r\n\r\nhello", report(kind="disposition-notification"),
        report(message_id="none"), report(message_id=f"<{'x' * 65}@a.example>"),
        report(returned_as="text/plain"), report().replace(b"message/delivery-status", b"text/x"),
        report()[:400],
    ],
)  # fmt: skip
def test_what_is_no_report_of_a_mail_of_ours_is_none(mail: bytes) -> None:
    assert bounce_in(mail) is None


@settings(max_examples=150, deadline=None)
@given(cut=st.integers(0, 900), noise=st.binary(max_size=60))
def test_a_damaged_report_hurts_nobody(cut: int, noise: bytes) -> None:
    whole = report()
    bounce_in(whole[:cut] + noise + whole[cut:])
