"""Mails go where the settings say, and settings that contradict each other stop the start."""

import msgspec
import pytest

from konsento.assembly.mailing import mailer
from konsento.foundation.settings import SettingMissing, Settings
from konsento_push.caught import CaughtMail
from konsento_push.smtp import SmtpMailer

FROM = "konsento@example.test"


def test_without_a_mail_server_mails_are_caught() -> None:
    assert isinstance(mailer(Settings()), CaughtMail)


def test_with_one_they_are_sent() -> None:
    assert isinstance(mailer(Settings(smtp_host="mail.test", mail_from=FROM)), SmtpMailer)


def test_a_key_for_signing_needs_its_name_and_is_not_repeated() -> None:
    for given in ({"dkim_private_key": "hush"}, {"dkim_private_key": "hush", "dkim_selector": "s"}):
        sends = Settings(smtp_host="mail.test", mail_from=FROM)
        settings = msgspec.structs.replace(sends, **given)
        with pytest.raises(SettingMissing, match="KONSENTO_DKIM_PRIVATE_KEY") as wrong:
            mailer(settings)
        assert "hush" not in str(wrong.value)


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, "KONSENTO_MAIL_FROM"),
        ({"mail_from": "konsento"}, "KONSENTO_MAIL_FROM is not a mail address"),
        ({"mail_from": FROM, "smtp_user": "k"}, "KONSENTO_SMTP_PASSWORD"),
        ({"mail_from": FROM, "smtp_password": "hush"}, "KONSENTO_SMTP_USER"),
        (
            {"mail_from": FROM, "smtp_user": "k", "smtp_password": "hush", "smtp_starttls": False},
            "KONSENTO_SMTP_STARTTLS=true",
        ),
    ],
)
def test_what_contradicts_itself_is_named(given: dict[str, str], missing: str) -> None:
    with pytest.raises(SettingMissing, match=missing) as wrong:
        mailer(Settings(smtp_host="mail.test", **given))  # type: ignore[arg-type]
    assert "hush" not in str(wrong.value)
