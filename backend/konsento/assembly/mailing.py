"""The mailer that the settings ask for: a mail server, or one that sends nothing."""

from contextlib import AsyncExitStack

from konsento.foundation.settings import SettingMissing, Settings, variable
from konsento_push.caught import CaughtMail
from konsento_push.dkim import BadDkimKey, DkimSigner
from konsento_push.email import Mailer, Sender, Unfit, address
from konsento_push.smtp import CredentialsInTheClear, SmtpMailer, SmtpSettings

NOWHERE = "konsento@demo.invalid"


async def mailer_of(settings: Settings, stack: AsyncExitStack) -> Mailer:
    """One whose connections `stack` closes. Raises SettingMissing."""
    made = mailer(settings)
    if isinstance(made, SmtpMailer):
        stack.push_async_callback(made.close)
    return made


def mailer(settings: Settings) -> Mailer:
    """By SMTP when a host is set, else mails are caught and go nowhere.

    Raises SettingMissing when the settings contradict each other.
    """
    try:
        return _mailer(settings, Sender(settings.mail_name, settings.mail_from or NOWHERE))
    except CredentialsInTheClear:
        wrong = f"a mail user needs {variable('smtp_starttls')}=true or port 465"
    except BadDkimKey as bad:
        both = f"{variable('dkim_private_key')} and {variable('dkim_selector')}"
        wrong = f"{both}: {bad}"
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
    return SmtpMailer(where, sender, signer=_signer(settings, sender))


def _signer(settings: Settings, sender: Sender) -> DkimSigner | None:
    """For the domain that mails come from; None when no key is set."""
    if not settings.dkim_private_key:
        return None
    domain = address(sender.address).domain
    return DkimSigner(settings.dkim_private_key, settings.dkim_selector, domain)
