"""How those around a house speak to it: over the loopback, without certificates."""

import httpx

ASKED_WITHIN_S = 20


def caller(house_url: str) -> httpx.AsyncClient:
    """A client of the house; its paths are the house's.

    A connection that lay idle may be closed by the house just as it is used again: none is kept.
    To read all certificates that this machine trusts would take each client 80 ms of work.
    """
    return httpx.AsyncClient(
        base_url=house_url.replace("localhost", "127.0.0.1"),
        timeout=ASKED_WITHIN_S,
        limits=httpx.Limits(max_keepalive_connections=0),
        verify=False,
    )
