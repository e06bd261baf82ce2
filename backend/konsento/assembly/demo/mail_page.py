"""A caught mail as a mail program would show it, on a page of its own that can do nothing."""

from typing import Annotated

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import PathParameter

from konsento.foundation.problems import Refusal
from konsento_push.caught import CaughtMail

# Nothing is fetched and nothing runs; not even our own cookies are its own.
SHUT = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
Key = Annotated[str, PathParameter(max_length=64)]


class NoSuchMail(Refusal):
    status = 404
    slug = "no-such-mail"
    title = "No such mail was caught, or it was plain text alone."


@get("/demo/mails/{key:str}", include_in_schema=False, sync_to_thread=False)
def caught_mail(key: Key, caught: NamedDependency[CaughtMail]) -> Response[str]:
    """`key`: what stands before the @ in its Message-ID."""
    for mail in caught.mails:
        if mail.html is not None and mail.message_id.startswith(f"<{key}@"):
            headers = {"content-security-policy": SHUT}
            return Response(mail.html, media_type="text/html; charset=utf-8", headers=headers)
    raise NoSuchMail
