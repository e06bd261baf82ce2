"""Names are looked up once, and only public addresses come out: the network behind us is not
anybody's to reach by naming it (T18, rebinding included: the connection goes to what was checked).
"""

import ipaddress
import socket
from collections.abc import Iterable

from aiohttp.abc import AbstractResolver, ResolveResult

NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class NotPublic(OSError):
    """The name has no address that is not of some private network."""


def is_public(text: str) -> bool:
    """Whether an address may be connected to; also judged by the IPv4 address inside it."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if address.sixtofour or address.teredo:
            return False
        if address in NAT64:
            return is_public(str(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)))
        if address.ipv4_mapped:
            return is_public(str(address.ipv4_mapped))
    return address.is_global and not address.is_multicast


class PublicAddresses(AbstractResolver):
    """Looks names up by another resolver; `local` names may have any address."""

    def __init__(self, look_up: AbstractResolver, local: Iterable[str] = ()) -> None:
        self._look_up = look_up
        self._local = frozenset(local)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Raises NotPublic, which an HTTP client takes for a name without an address."""
        found = await self._look_up.resolve(host, port, family)
        if host in self._local:
            return found
        public = [each for each in found if is_public(each["host"])]
        if not public:
            raise NotPublic(f"no public address among {len(found)}")
        return public

    async def close(self) -> None:
        await self._look_up.close()
