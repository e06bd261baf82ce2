"""A settled charge is told once to whoever left an address, and tried again while it cannot be."""

import contextlib
from collections.abc import AsyncIterator, Iterator
from functools import partial

import pytest
import pytest_asyncio
import structlog
from structlog.testing import capture_logs

from konsento.assembly.schema import PEOPLE_STEPS
from konsento.foundation.clock import TestClock
from konsento.foundation.databases import PEOPLE
from konsento.foundation.ids import CountingIds
from konsento.foundation.limits import OUTBOX_ATTEMPTS
from konsento.foundation.outbox import Outbox, Task
from konsento.management.notices.hands import Herald
from konsento.management.notices.tell import MailLater, ReceiptMissing, again_ms, tell_settled
from konsento.management.payments import events
from konsento.management.payments.tables import ReceiptRow
from konsento_push.caught import CaughtMail
from konsento_push.delivery import Delivery
from konsento_push.email import Mailer, Sender
from konsento_push.message import Message
from konsento_push.subscription import push_hosts
from tests.conftest import OpenDatabase
from tests.management.notices.settled import EMAIL, SESSION, settled_charge

HOME = "https://konsento.example"
HOUR_MS = 3_600_000


class Moody:
    """A mailer that answers as it is told, and remembers what it was handed."""

    def __init__(self, *answers: Delivery) -> None:
        self.answers = list(answers)
        self.handed: list[Message] = []

    async def send(self, message: Message, now_ms: int) -> Delivery:
        self.handed.append(message)
        return self.answers.pop(0) if self.answers else Delivery.SENT


@pytest_asyncio.fixture(autouse=True)
async def people(open_database: OpenDatabase) -> AsyncIterator[None]:
    await open_database(PEOPLE, PEOPLE_STEPS)
    yield


@pytest.fixture
def logged() -> Iterator[list[structlog.typing.EventDict]]:
    with capture_logs() as lines:
        yield lines


def task(attempts: int = 1) -> Task:
    return Task("t" * 26, events.SETTLED, SESSION, attempts, attempts)


def silent(clock: TestClock) -> Herald:
    """Nobody is pushed to."""
    ids = CountingIds()
    return Herald(clock, ids, Outbox(PEOPLE, ids), HOME, push_hosts(""))


async def tell(mailer: Mailer, clock: TestClock, attempts: int = 1) -> None:
    await tell_settled(
        task(attempts), mailer=mailer, clock=clock, public_url=HOME, herald=silent(clock)
    )


async def test_the_receipt_goes_to_the_address_that_was_left(clock: TestClock) -> None:
    await settled_charge()
    box = CaughtMail(Sender("Konsento", "no-reply@konsento.example"))
    await tell(box, clock)
    (mail,) = box.mails
    assert (mail.to, mail.at_ms, mail.language) == (EMAIL, clock.now_ms(), "ja")
    assert mail.subject == "充電が終わりました　155 円"
    assert f"{HOME}/s/{SESSION}/receipt" in mail.text
    assert mail.message_id == f"<{'t' * 26}@konsento.example>"


async def test_the_language_is_the_one_that_was_chosen(clock: TestClock) -> None:
    await settled_charge(language="en")
    mailer = Moody()
    await tell(mailer, clock)
    assert mailer.handed[0].subject == "Charging finished · ¥155"


async def test_nobody_is_told_when_no_address_was_left(clock: TestClock) -> None:
    await settled_charge(language=None)
    mailer = Moody()
    await tell(mailer, clock)
    assert mailer.handed == []


async def test_a_mail_refused_for_good_is_done_with(
    clock: TestClock, logged: list[structlog.typing.EventDict]
) -> None:
    await settled_charge()
    await tell(Moody(Delivery.NEVER), clock)
    assert [line["event"] for line in logged] == ["mail refused"]


async def test_a_mail_not_taken_is_tried_again_under_the_same_id(
    clock: TestClock, ids: CountingIds
) -> None:
    await settled_charge()
    mailer = Moody(Delivery.LATER, Delivery.LATER)
    outbox = Outbox(PEOPLE, ids)
    async with PEOPLE.writing() as tx:
        await outbox.owe(tx, events.SETTLED, SESSION, clock.now_ms())
    tell = partial(tell_settled, mailer=mailer, clock=clock, public_url=HOME, herald=silent(clock))
    handlers = {events.SETTLED: tell}
    for _ in range(4):
        await outbox.work_once(handlers, clock)
        await clock.advance(again_ms(9))
    assert len(mailer.handed) == 3
    assert len({message.message_id for message in mailer.handed}) == 1
    assert await PEOPLE.ask("SELECT id FROM outbox") == []


async def test_the_tries_lie_further_and_further_apart_for_about_a_day(clock: TestClock) -> None:
    await settled_charge()
    with pytest.raises(MailLater) as said:
        await tell(Moody(Delivery.LATER), clock, attempts=3)
    assert said.value.for_ms == again_ms(3) == 4 * 60_000
    waits = [again_ms(n) for n in range(1, OUTBOX_ATTEMPTS)]
    assert waits == sorted(waits)
    assert waits[-1] == 4 * HOUR_MS
    assert 20 * HOUR_MS < sum(waits) < 72 * HOUR_MS


async def test_a_settled_charge_without_a_receipt_is_an_error(clock: TestClock) -> None:
    await settled_charge()
    async with PEOPLE.writing():
        await ReceiptRow.delete().where(ReceiptRow.session_id == SESSION)
    with pytest.raises(ReceiptMissing):
        await tell(Moody(), clock)


@pytest.mark.parametrize("answer", list(Delivery))
async def test_no_log_names_a_person(
    answer: Delivery, clock: TestClock, logged: list[structlog.typing.EventDict]
) -> None:
    await settled_charge()
    with contextlib.suppress(MailLater):
        await tell(Moody(answer), clock)
    assert EMAIL not in str(logged)
    assert "4242" not in str(logged)
