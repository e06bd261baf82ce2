"""Servers of one process call one another in memory; the contract stays HTTP."""

from typing import Any

import httpx


def in_memory(app: Any, base_url: str) -> httpx.AsyncClient:
    """A client whose requests are calls of the ASGI app."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base_url)
