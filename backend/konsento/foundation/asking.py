"""How one server asks another: as much of an HTTP client as the house needs, whoever carries it."""

from collections.abc import Mapping
from typing import Protocol

import httpx


class Http(Protocol):
    """httpx's own client is one, over the network or in memory; a leaner one is another."""

    async def request(
        self,
        method: str,
        url: str,
        *,
        content: bytes | None = None,
        params: Mapping[str, int] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = 15,  # noqa: ASYNC109 -- the name is httpx's
    ) -> httpx.Response:
        """The whole answer, whatever its status. Raises httpx.HTTPError when there is none."""
        ...

    async def aclose(self) -> None:
        """Let go of the connections."""
        ...
