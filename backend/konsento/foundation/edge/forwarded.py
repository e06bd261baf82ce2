"""Who asks, when proxies of our own stand before us: the address that the outermost one saw."""

from ipaddress import IPv6Address, ip_address, ip_network

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

HEADER = b"x-forwarded-for"
SUBSCRIBER_BITS = 64  # of an IPv6 address: what every network gives to one subscriber at least


class Forwarded:
    """Puts the asker's address in place of the nearest proxy's.

    `hops`: how many proxies of ours each request has passed. Each appends the address it was
    asked from, so the asker is the `hops`-th from the end; what stands before it was written by
    the asker and is believed by nobody. With 0 hops the header means nothing.
    """

    def __init__(self, app: ASGIApp, hops: int) -> None:
        self._app = app
        self._hops = hops

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._hops and scope["type"] == ScopeType.HTTP:
            lines = [value for name, value in scope["headers"] if name == HEADER]
            asker = asker_of(b",".join(lines).decode("latin-1"), self._hops)
            if asker is not None:
                scope["client"] = (asker, 0)
        await self._app(scope, receive, send)


def asker_of(forwarded_for: str, hops: int) -> str | None:
    """The address `hops` from the end; None when there is none, or what stands there is none."""
    passed = [each.strip() for each in forwarded_for.split(",")]
    if len(passed) < hops:
        return None
    try:
        return str(ip_address(passed[-hops]))
    except ValueError:
        return None


def counted_as(address: str) -> str:
    """Under what the tries from an address are counted: of IPv6 its /64, all of which is one
    subscriber's; of an IPv4 address that is written as IPv6 that address.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ip_network((int(found), SUBSCRIBER_BITS), strict=False))
