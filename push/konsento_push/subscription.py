"""Where one browser takes its pushes, checked before anything is ever sent there. Pure.

The address comes from a stranger, and we are to post to it: it must be one of the push services
that we know, by https on its usual port, with nothing in it that two readers would read as two
different hosts (T18).
"""

import base64
import binascii
import re
from typing import Annotated

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec import Meta

ENDPOINT_CHARS_MAX = 1_000
POINT_BYTES = 65
AUTH_BYTES = 16
LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
HOST = rf"{LABEL}(?:\.{LABEL})*"
# Lower case, no user, no port but https's own, no fragment, no backslash: one reading only.
ENDPOINT = re.compile(rf"https://(?P<host>{HOST})(?::443)?/[!$-\[\]-~]*")
LOCAL = re.compile(r"http://(?:localhost|127\.0\.0\.1):[1-9][0-9]{1,4}")


class Unacceptable(ValueError):
    """No subscription that can be sent to; says what is wrong, and repeats nothing of it."""


class Keys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the browser made: its public point and a shared secret, in base64url."""

    p256dh: Annotated[str, Meta(min_length=87, max_length=88)]
    auth: Annotated[str, Meta(min_length=22, max_length=24)]


class Subscription(msgspec.Struct, frozen=True):
    """One browser's address at its push service, and the keys that only it can read with."""

    endpoint: str
    keys: Keys

    @property
    def origin(self) -> str:
        """https://host, the audience of what we sign."""
        return "/".join(self.endpoint.split("/", 3)[:3]).removesuffix(":443")

    @property
    def point(self) -> bytes:
        return unpacked(self.keys.p256dh)

    @property
    def secret(self) -> bytes:
        return unpacked(self.keys.auth)


class PushHosts(msgspec.Struct, frozen=True):
    """The push services that may be sent to: hosts with all below them, and origins on loopback.

    An origin (http://127.0.0.1:8131) is there for tests; it is the only way to plain http.
    """

    hosts: frozenset[str]
    origins: frozenset[str] = frozenset()

    def admits(self, endpoint: str) -> bool:
        """Whether it is a page of one of them."""
        if len(endpoint) > ENDPOINT_CHARS_MAX:
            return False
        origin, slash, page = _split(endpoint)
        if slash and origin in self.origins:
            return re.fullmatch(r"[!$-\[\]-~]*", page) is not None
        found = ENDPOINT.fullmatch(endpoint)
        if found is None:
            return False
        labels = found["host"].split(".")
        return any(".".join(labels[at:]) in self.hosts for at in range(len(labels)))

    @property
    def local(self) -> frozenset[str]:
        """Hosts that may have an address of this machine."""
        return frozenset(origin.split("/")[2].split(":")[0] for origin in self.origins)


def push_hosts(text: str) -> PushHosts:
    """From a setting: hosts and loopback origins, with commas between. Raises ValueError."""
    entries = {entry.strip() for entry in text.split(",") if entry.strip()}
    origins = {entry for entry in entries if LOCAL.fullmatch(entry)}
    hosts = entries - origins
    wrong = sorted(host for host in hosts if not re.fullmatch(HOST, host) or "." not in host)
    if wrong:
        raise ValueError(f"neither a host nor an origin on loopback: {', '.join(wrong)}")
    return PushHosts(frozenset(hosts), frozenset(origins))


def checked(subscription: Subscription, hosts: PushHosts) -> Subscription:
    """The same, its keys without padding. Raises Unacceptable."""
    if not hosts.admits(subscription.endpoint):
        raise Unacceptable("not an address at a push service that is known here")
    keys = Keys(subscription.keys.p256dh.rstrip("="), subscription.keys.auth.rstrip("="))
    found = Subscription(subscription.endpoint, keys)
    try:
        point = found.point
        if len(point) != POINT_BYTES or len(found.secret) != AUTH_BYTES:
            raise ValueError
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except (ValueError, binascii.Error):
        raise Unacceptable("not the keys of a browser") from None
    return found


def packed(data: bytes) -> str:
    """In base64url, without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def unpacked(text: str) -> bytes:
    """From base64url with or without padding. Raises ValueError (binascii.Error is one)."""
    bare = text.rstrip("=")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", bare):
        raise ValueError("not base64url")
    return base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))


def _split(endpoint: str) -> tuple[str, str, str]:
    """The origin, the slash and what follows."""
    scheme, mark, rest = endpoint.partition("://")
    host, slash, page = rest.partition("/")
    return scheme + mark + host, slash, page
