"""The mailer that the settings ask for: a mail server, or one that sends nothing."""

from konsento.foundation.settings import SettingMissing, Settings, variable
from konsento_push.caught import CaughtMail
from konsento_push.email import Mailer, Sender, Unfit
from konsento_push.smtp import CredentialsInTheClear, SmtpMailer, SmtpSettings

NOWHERE = "konsento@demo.invalid"


def mailer(settings: Settings) -> Mailer:
    """By SMTP when a host is set, else mails are caught and go nowhere.

    Raises SettingMissing when the settings contradict each other.
    """
    try:
        return _mailer(settings, Sender(settings.mail_name, settings.mail_from or NOWHERE))
    except CredentialsInTheClear:
        wrong = f"a mail user needs {variable('smtp_starttls')}=true or port 465"
    except Unfit:
        wrong = f"{variable('mail_from')} is not a mail address"
    raise SettingMissing(wrong)


def _mailer(settings: Settings, sender: Sender) -> Mailer:
    if not settings.smtp_host:
        return CaughtMail(sender)
    if not settings.mail_from:
        raise SettingMissing(f"set {variable('mail_from')}")
    if bool(settings.smtp_user) is not bool(settings.smtp_password):
        both = f"{variable('smtp_user')} and {variable('smtp_password')}"
        raise SettingMissing(f"set both {both}, or neither")
    where = SmtpSettings(
        host=settings.smtp_host, port=settings.smtp_port, user=settings.smtp_user,
        password=settings.smtp_password, starttls=settings.smtp_starttls,
    )  # fmt: skip
    return SmtpMailer(where, sender)
