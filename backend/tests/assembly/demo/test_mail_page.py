"""A caught mail is shown as it looks, where it can do nothing."""

import pytest
from litestar import Litestar
from litestar.di import Provide
from litestar.testing import TestClient

from konsento.assembly.demo.mail_page import NoSuchMail, caught_mail
from konsento_push.caught import CaughtMail
from konsento_push.email import Sender
from konsento_push.message import Message

MAIL = Message(
    to="haruka@example.jp", language="ja", subject="停電", text="停電\n", html="<p>停電</p>",
    message_id="<n1.mail.r1@konsento.example>", tag="o1",
)  # fmt: skip


async def test_a_caught_mail_is_shown_in_a_page_that_can_do_nothing() -> None:
    caught = CaughtMail(Sender("Konsento", "no-reply@konsento.example"))
    await caught.send(MAIL, 0)
    app = Litestar(
        [caught_mail], dependencies={"caught": Provide(lambda: caught, sync_to_thread=False)}
    )
    with TestClient(app) as asking:
        shown = asking.get("/demo/mails/n1.mail.r1")
    assert (shown.status_code, shown.text) == (200, "<p>停電</p>")
    assert shown.headers["content-type"].startswith("text/html")
    assert shown.headers["content-security-policy"].startswith("sandbox; default-src 'none'")


@pytest.mark.parametrize("key", ["n1.mail.r2", "", "n1.mail.r1@konsento.example"])
async def test_any_other_is_not_there(key: str) -> None:
    caught = CaughtMail(Sender("Konsento", "no-reply@konsento.example"))
    await caught.send(MAIL, 0)
    with pytest.raises(NoSuchMail):
        caught_mail.fn(key, caught)
