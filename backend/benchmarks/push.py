"""Pushes and mails a second from one process, beside what others make of the same.

A push service and a mail server on loopback, in processes of their own, take whatever comes, so
that all sides pay for building, encrypting, signing and the wire, and none for the other end. The
sides take turns, round by round, so that whatever else the machine does falls on all of them.
"""

import asyncio
import os
import platform
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate

import aiosmtplib
import msgspec
import uvloop
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pywebpush import webpush

from benchmarks._house import load
from benchmarks._node import Node, node
from benchmarks._sinks import mail_server, push_service
from benchmarks._town import verdict
from konsento.foundation.clock import SystemClock
from konsento_push.delivery import Delivery
from konsento_push.dkim import DkimSigner
from konsento_push.email import Sender, stable_id
from konsento_push.letter import Letter, html_of, text_of
from konsento_push.message import Message
from konsento_push.notification import Notification, payload
from konsento_push.smtp import SmtpMailer, SmtpSettings
from konsento_push.subscription import Keys, Subscription, packed, push_hosts
from konsento_push.vapid import VapidSigner, new_private_key
from konsento_push.web_push import WebPusher

ROUNDS = 5
WITHIN_S = 25  # a busy machine is asked for fewer rounds
OURS, THEIRS, NODES = 600, 120, 300
WARM_UP = 60
AT_ONCE, MAILS_AT_ONCE = 50, 8
OUR_MAILS, THEIR_MAILS, SIGNED_MAILS = 240, 60, 160
RSA_BITS = 2_048
GOAL_PLAIN, GOAL_NODE, GOAL_MAIL = 4, 3, 3
CONTACT = "mailto:push@konsento.example"
SENDER = Sender("Konsento", "no-reply@konsento.example")
NEWS = Notification(
    kind="done", title="充電が終わりました　168 円", body="選んだ量に達しました。",
    navigate="https://konsento.example/s/" + "0" * 26, tag="session:" + "0" * 26, language="ja",
    at_ms=1_795_219_200_000, about="0" * 26, ttl_s=86_400,
)  # fmt: skip
LETTER = Letter(
    headline="お住まいの地域で停電しています", meaning="act", language="ja",
    lead=("ご自宅のメーターも返事をしていません。",),
    facts=(("場所", "中区幟町"), ("はじまり", "11月22日 7:10"), ("復旧の見込み", "8:30 ごろ")),
    todo=("ドライヤーなどの電源を切ってください。", "切れた電線にはさわらないでください。"),
    link=("くわしく見る", "https://konsento.example/power"), foot=("7:25 に書きました。",),
)  # fmt: skip
Rate = tuple[float, float]  # a second of the clock, and µs of the sender's processor for each
Side = Callable[[int], Awaitable[Rate]]


def browser(origin: str) -> Subscription:
    """One with keys of its own."""
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    form = (serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    keys = Keys(packed(point.public_bytes(*form)), packed(os.urandom(16)))  # noqa: TID251 -- a browser's own chance
    return Subscription(f"{origin}/push/b1", keys)


async def ours(pusher: WebPusher, subscription: Subscription, count: int) -> float:
    """A second, with so many on their way at once."""

    async def share(number: int) -> None:
        for _ in range(number, count, AT_ONCE):
            if (await pusher.send(subscription, NEWS)).became is not Delivery.SENT:
                raise RuntimeError("not taken")

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(AT_ONCE):
            group.create_task(share(number))
    return count / (time.perf_counter() - began)


def plain_loop(private_key: str, subscription: Subscription, count: int) -> float:
    """A second, one after the other, as its documentation has it."""
    wanted, text = msgspec.to_builtins(subscription), payload(NEWS).decode()
    began = time.perf_counter()
    for _ in range(count):
        answer = webpush(wanted, text, private_key, {"sub": CONTACT}, ttl=NEWS.ttl_s, timeout=10)
        if answer.status_code != 201:
            raise RuntimeError("not taken")
    return count / (time.perf_counter() - began)


def letter(number: int) -> Message:
    """The letter of one outage to one of its customers: with a way out and a thread of its own."""
    token = f"{number:050d}"
    said = msgspec.structs.replace(LETTER, foot=(*LETTER.foot, f"配信を止める: {token}"))
    return Message(
        to=f"haruka{number}@example.jp", language="ja", subject="停電のお知らせ（中区幟町）",
        text=text_of(said), html=html_of(said), tag="o1",
        message_id=stable_id(f"{number:026d}.mail.{number:026d}", "konsento.example"),
        references=(stable_id(f"o1.{number}", "konsento.example"),),
        unsubscribe=f"https://konsento.example/api/mail/unsubscribe/{token}",
    )  # fmt: skip


async def our_mails(mailer: SmtpMailer, count: int) -> float:
    """A second, on few kept connections."""

    async def share(number: int) -> None:
        for each in range(number, count, MAILS_AT_ONCE):
            if await mailer.send(letter(each), SystemClock().now_ms()) is not Delivery.SENT:
                raise RuntimeError("not taken")

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(MAILS_AT_ONCE):
            group.create_task(share(number))
    return count / (time.perf_counter() - began)


def anew(number: int) -> EmailMessage:
    """The same mail as the library builds it."""
    said, mail = letter(number), EmailMessage()
    mail["From"] = Address("Konsento", "no-reply", "konsento.example")
    mail["To"] = said.to
    mail["Subject"] = said.subject
    mail["Date"] = formatdate()
    mail["Message-ID"] = said.message_id
    mail["References"] = mail["In-Reply-To"] = said.references[0]
    mail["List-Unsubscribe"] = f"<{said.unsubscribe}>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(said.text)
    mail.add_alternative(said.html, subtype="html")
    return mail


async def mails_anew(port: int, count: int, at_once: int) -> float:
    """A second: each built anew and on a connection of its own, as aiosmtplib's guide has it."""

    async def share(number: int) -> None:
        for each in range(number, count, at_once):
            await aiosmtplib.send(anew(each), hostname="127.0.0.1", port=port, start_tls=False)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(at_once):
            group.create_task(share(number))
    return count / (time.perf_counter() - began)


async def with_processor(side: Awaitable[float], count: int) -> Rate:
    """Its rate, and what it took of this process."""
    began = time.process_time()
    return await side, (time.process_time() - began) / count * 1e6


async def in_turns(sides: dict[str, tuple[Side, int]]) -> dict[str, list[Rate]]:
    """The rates of all sides, round by round, once each has warmed up."""
    rates: dict[str, list[Rate]] = {name: [] for name in sides}
    for side, _ in sides.values():
        await side(WARM_UP)
    began = time.perf_counter()
    while len(rates["ours"]) < ROUNDS and time.perf_counter() - began < WITHIN_S:
        for name, (side, count) in sides.items():
            rates[name].append(await side(count))
    return rates


def medians(rates: list[Rate]) -> tuple[float, float]:
    return statistics.median(a for a, _ in rates), statistics.median(us for _, us in rates)


def told(what: str, rates: dict[str, list[Rate]], goals: dict[str, int]) -> bool:
    """Print medians and ratios; whether all goals were met."""
    met = True
    a_second, ours_us = medians(rates["ours"])
    print(f"{what}: ours {a_second:.0f}/s, processor {ours_us:.0f} µs each")
    for name, goal in goals.items():
        pairs = zip(rates["ours"], rates[name], strict=True)
        each = [mine / theirs for (mine, _), (theirs, _) in pairs]
        ratio = statistics.median(each)
        a_second, us = medians(rates[name])
        words = (
            f"{name} {a_second:.0f}/s: {ratio:.2f} ×, rounds {min(each):.1f} to {max(each):.1f} "
            f"(≥ {goal}); processor {us:.0f} µs, {us / ours_us:.1f} ×"
        )
        met &= verdict(words, met=ratio >= goal)
    return met


async def pushes(origin: str, javascript: Node, private_key: str, phone: Subscription) -> bool:
    """All goals met?"""
    pusher = WebPusher(VapidSigner(private_key, CONTACT), push_hosts(origin), SystemClock().now_ms)

    async def mine(count: int) -> Rate:
        return await with_processor(ours(pusher, phone, count), count)

    async def plain(count: int) -> Rate:
        began = time.process_time()
        rate = plain_loop(private_key, phone, count)
        return rate, (time.process_time() - began) / count * 1e6

    async def nodes(count: int) -> Rate:
        return javascript.pushes(count)

    try:
        rates = await in_turns(
            {"plain loop": (plain, THEIRS), "node": (nodes, NODES), "ours": (mine, OURS)}
        )
    finally:
        await pusher.close()
    what = f"pushes of {len(payload(NEWS))} bytes"
    return told(what, rates, {"plain loop": GOAL_PLAIN, "node": GOAL_NODE})


async def mails(port: int) -> bool:
    """All goals met?"""
    settings = SmtpSettings(host="127.0.0.1", port=port, starttls=False)
    mailer = SmtpMailer(settings, SENDER)

    async def mine(count: int) -> Rate:
        return await with_processor(our_mails(mailer, count), count)

    async def plain(count: int) -> Rate:
        return await with_processor(mails_anew(port, count, 1), count)

    async def beside(count: int) -> Rate:
        return await with_processor(mails_anew(port, count, MAILS_AT_ONCE), count)

    name = f"anew, {MAILS_AT_ONCE} at once"
    try:
        rates = await in_turns(
            {"anew": (plain, THEIR_MAILS), name: (beside, THEIR_MAILS), "ours": (mine, OUR_MAILS)}
        )
    finally:
        await mailer.close()
    await signed_mails(settings)
    return told("mails in both forms", rates, {"anew": GOAL_MAIL, name: GOAL_MAIL})


async def signed_mails(settings: SmtpSettings) -> None:
    """What a signature adds; without a goal, since the peers make none."""
    pem = rsa.generate_private_key(65537, RSA_BITS).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    mailer = SmtpMailer(settings, SENDER, signer=DkimSigner(pem.decode(), "s1", "konsento.example"))
    try:
        a_second, us = await with_processor(our_mails(mailer, SIGNED_MAILS), SIGNED_MAILS)
    finally:
        await mailer.close()
    print(f"the same signed, RSA of {RSA_BITS} bits: {a_second:.0f}/s, processor {us:.0f} µs each")


def main() -> int:
    print(f"Python {platform.python_version()}, {ROUNDS} rounds, {AT_ONCE} pushes at once")
    private_key = new_private_key()
    with push_service() as origin:
        phone = browser(origin)
        signer = VapidSigner(private_key, CONTACT)
        task = {
            "subscription": phone, "payload": payload(NEWS).decode(), "atOnce": AT_ONCE,
            "ttl": NEWS.ttl_s,
            "vapid": {
                "subject": CONTACT, "publicKey": signer.public_key, "privateKey": private_key,
            },
        }  # fmt: skip
        with node(**task) as javascript:
            met = uvloop.run(pushes(origin, javascript, private_key, phone))
    with mail_server() as port:
        met &= uvloop.run(mails(port))
    print(load())
    return int(not met)


if __name__ == "__main__":
    sys.exit(main())
