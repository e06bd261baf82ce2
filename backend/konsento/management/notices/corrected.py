"""A bill that was corrected downwards, as a mail: what is given back and why, first of all.

A task of the outbox like the receipt's own mail (`tell`): tried again under one Message-ID.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec
import structlog

from konsento.foundation.clock import Clock
from konsento.foundation.outbox import Task
from konsento.management.accounts.guest import contact_of
from konsento.management.charging.store import session_by_id
from konsento.management.notices import figures
from konsento.management.notices.tell import MailLater, again_ms
from konsento.management.notices.wording import Words, receipt_link
from konsento.management.payments.paper import ReceiptView, receipt_view
from konsento.management.payments.receipt import CorrectedReceipt
from konsento.management.payments.view import parts_of
from konsento_push.delivery import Delivery
from konsento_push.email import Mailer, stable_id
from konsento_push.message import Message

log = structlog.get_logger(__name__)

KIND = "corrected"


class Sentences(msgspec.Struct, frozen=True, kw_only=True):
    """With named places in braces."""

    subject: str
    why: str
    given_back: str
    lowered: str
    total: str
    number: str
    receipt: str
    where: str
    footer: str


JA = Sentences(
    subject="充電の請求を訂正しました",
    why="メーターの最後の値があとから届き、使った電気は請求より少ない {energy} でした。",
    given_back="{sum}をカードへ返しました。明細に載るまで数日かかることがあります。",
    lowered="まだお支払いいただいていないため、請求を下げました。",
    total="訂正後の合計：{sum}（{rate}% 対象、内 消費税 {tax}）",
    number="領収書番号：{number}（{corrects} に代わるもの）",
    receipt="訂正した領収書：",
    where="充電を始めたスマートフォンのブラウザーで開きます。",
    footer="充電のときに書かれたアドレスへ送りました。返信しても読まれません。",
)
EN = Sentences(
    subject="Your charging bill was corrected",
    why="The meter’s last figure came late: the energy was {energy}, less than you were billed.",
    given_back="{sum} went back to your card. It can take some days until you see it there.",
    lowered="You had not paid yet, so the bill was lowered.",
    total="Corrected total: {sum} ({rate}% taxable, {tax} tax included)",
    number="Receipt number: {number} (in place of {corrects})",
    receipt="Corrected receipt:",
    where="It opens in the browser of the phone that charged.",
    footer="Sent to the address given when charging. Replies are not read.",
)
SENTENCES: Mapping[str, Sentences] = {"ja": JA, "en": EN}


def correction_mail(receipt: ReceiptView, language: str, public_url: str) -> Words:
    """The mail in "ja" or "en"; any other language is answered in English. Pure."""
    language = language if language in SENTENCES else "en"
    say = SENTENCES[language]

    def yen(amount_yen: int) -> str:
        return figures.yen(amount_yen, language)

    due_yen = receipt.price_yen - receipt.waived_yen
    back = say.given_back.format(sum=yen(receipt.refunded_yen))
    lines = [
        back if receipt.refunded_yen else say.lowered,
        say.why.format(energy=figures.energy(receipt.used_wh)),
        "",
        say.total.format(sum=yen(due_yen), rate=receipt.tax_rate_percent, tax=yen(receipt.tax_yen)),
        say.number.format(number=receipt.number, corrects=receipt.corrects),
        "",
        say.receipt,
        receipt_link(public_url, receipt.session_id),
        say.where,
        "",
        say.footer,
    ]
    return Words(subject=say.subject, text="\n".join(lines) + "\n")


async def tell_corrected(task: Task, *, mailer: Mailer, clock: Clock, public_url: str) -> None:
    """Tell the driver of session `task.subject`, if an address was left. Raises MailLater."""
    contact = await contact_of(task.subject)
    session = await session_by_id(task.subject)
    parts = await parts_of(session)
    if contact is None or not isinstance(parts.receipt, CorrectedReceipt):
        return
    receipt = receipt_view(session, parts, parts.receipt)
    words = correction_mail(receipt, contact.language, public_url)
    message = Message(
        to=contact.email,
        language=contact.language,
        subject=words.subject,
        text=words.text,
        message_id=stable_id(task.id, urlsplit(public_url).hostname or "localhost"),
        tag=f"{KIND}:{session.id}",
    )
    became = await mailer.send(message, clock.now_ms())
    if became is Delivery.LATER:
        raise MailLater(again_ms(task.attempts))
    log.info("mail told", session=task.subject, task=task.id, kind=KIND, became=became.name)
