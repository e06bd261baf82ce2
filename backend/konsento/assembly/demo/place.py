"""Where the demo is to be found: on this machine alone, or by phones on the local network."""

from pathlib import Path

import msgspec

from konsento.assembly.demo.authority import Papers, papers_in
from konsento.assembly.demo.lan import HERE, in_url, lan_address


class Place(msgspec.Struct, frozen=True):
    """The demo's URL, the addresses it listens at, and its papers when that is by HTTPS."""

    url: str
    addresses: list[str]
    papers: Papers | None = None


def place(lan: str | None, port: int, folder: Path, now_ms: int) -> Place:
    """Raises CannotStart.

    `lan`: the address at which phones shall find it, "" to find it out, None for this machine
    alone.
    """
    if lan is None:
        return Place(f"http://localhost:{port}", [HERE])
    address = lan_address(lan)
    addresses = list(dict.fromkeys((HERE, address)))
    papers = papers_in(folder / "trust", addresses, now_ms)
    return Place(f"https://{in_url(address)}:{port}", addresses, papers)
