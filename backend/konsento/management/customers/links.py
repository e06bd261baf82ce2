"""The link in a mail with which its reader stops it: a token that nobody else can make (T22).

A token names a registration and a list of mails, and proves both by a MAC of 130 bits under the
house's mail secret. It opens nothing else, and says nothing of who it is for.
"""

import hmac
from typing import Literal

import msgspec

from konsento.foundation.ids import ALPHABET, FRESH_SYMBOLS
from konsento.foundation.problems import Refusal

MailList = Literal["outages", "planned"]
LETTERS: dict[str, MailList] = {"h": "outages", "p": "planned"}
LETTER_OF: dict[MailList, str] = {name: letter for letter, name in LETTERS.items()}
TOKEN_SYMBOLS = FRESH_SYMBOLS + 1 + FRESH_SYMBOLS
UNSUBSCRIBE_PATH = "/api/mail/unsubscribe/"
CONFIRM_PAGE, STOP_PAGE = "/mail/confirm", "/mail/stop"


class LinkNoLongerValid(Refusal):
    """Also said of one that never was."""

    status = 422
    slug = "link-no-longer-valid"
    title = "This link does not open anything any more."


class Subscribed(msgspec.Struct, frozen=True):
    """What an unsubscribe token is about."""

    registration_id: str
    mail_list: MailList


def unsubscribe_token(registration_id: str, mail_list: MailList, secret: str) -> str:
    """The same for the same registration and list, as long as the secret is."""
    about = f"{registration_id}{LETTER_OF[mail_list]}"
    return about + _mac(about, secret)


def unsubscribe_url(public_url: str, token: str) -> str:
    """For List-Unsubscribe: a POST stops the mails, a GET leads to the page that asks."""
    return f"{public_url}{UNSUBSCRIBE_PATH}{token}"


def read_token(token: str, secret: str) -> Subscribed:
    """Raises LinkNoLongerValid; always where there is no secret."""
    about, mac = token[: FRESH_SYMBOLS + 1], token[FRESH_SYMBOLS + 1 :]
    genuine = hmac.compare_digest(mac.encode("utf-8", "replace"), _mac(about, secret).encode())
    mail_list = LETTERS.get(about[-1:])
    if not secret or not genuine or mail_list is None:
        raise LinkNoLongerValid
    return Subscribed(about[:-1], mail_list)


def _mac(about: str, secret: str) -> str:
    mac = hmac.digest(secret.encode(), f"unsubscribe\0{about}".encode("utf-8", "replace"), "sha256")
    number = int.from_bytes(mac, "big")
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(FRESH_SYMBOLS))
