"""Where the demo stands on the local network, and the sockets it listens on there."""

import socket
from ipaddress import ip_address

from konsento.assembly.processes.part import CannotStart

HERE = "127.0.0.1"
# Nothing is sent there (RFC 5737, 3849): asking for the way tells which address is ours.
SOMEWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
SAY_WHICH = "this machine has no address on a local network; or say which: --lan ADDRESS"


def lan_address(given: str) -> str:
    """The address others on the network find us at. Raises CannotStart."""
    if given:
        try:
            address = ip_address(given)
        except ValueError:
            raise CannotStart(f"--lan {given}: not an address") from None
        if address.is_unspecified:
            raise CannotStart(f"--lan {given}: say the one address that a phone is to open")
        return str(address)
    for family, somewhere in SOMEWHERE:
        with socket.socket(family, socket.SOCK_DGRAM) as asking:
            try:
                asking.connect((somewhere, 9))
            except OSError:
                continue
            found = str(asking.getsockname()[0])
        if not ip_address(found).is_loopback:
            return found
    raise CannotStart(SAY_WHICH)


def in_url(address: str) -> str:
    """As it stands in a URL."""
    return f"[{address}]" if ":" in address else address


def listening(addresses: list[str], port: int) -> list[socket.socket]:
    """A socket at each address. Raises CannotStart."""
    sockets = []
    for address in addresses:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        door = socket.socket(family, socket.SOCK_STREAM)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sockets.append(door)
        try:
            door.bind((address, port))
        except OSError as why:
            for each in sockets:
                each.close()
            raise CannotStart(f"cannot listen at {address}, port {port}: {why.strerror}") from None
    return sockets
