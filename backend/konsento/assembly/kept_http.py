"""The HTTP client of a house in several processes: aiohttp's, in the form of httpx's.

A call on a kept connection costs a third of the processor time that httpx takes for it, and a
charge is begun with a dozen of them.
"""

from collections.abc import Mapping
from contextlib import suppress

import aiohttp
import httpx

# What is said of a body on the wire is no longer true of one that was read.
OF_THE_WIRE = frozenset({b"content-encoding", b"transfer-encoding"})
OURS_ALONE = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")


class KeptHttp:
    """konsento.foundation.asking.Http. Trusts whom httpx trusts, and keeps no cookies."""

    def __init__(self, base_url: str = "") -> None:
        self._base_url = base_url
        self._session: aiohttp.ClientSession | None = None

    async def request(
        self,
        method: str,
        url: str,
        *,
        content: bytes | str | None = None,
        params: Mapping[str, int] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = 15,  # noqa: ASYNC109 -- the name is httpx's
    ) -> httpx.Response:
        """The whole answer, whatever its status; no redirect is followed.

        `timeout` in seconds. Raises httpx.TimeoutException, httpx.TransportError.
        """
        try:
            async with self._kept().request(
                method,
                self._base_url + url,
                data=content,
                params=params,
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=timeout),
                allow_redirects=False,
            ) as answer:
                body = await answer.read()
        except TimeoutError as late:
            raise httpx.TimeoutException(f"no answer in {timeout} s") from late
        except (aiohttp.ClientError, OSError) as error:
            raise httpx.TransportError(type(error).__name__) from error
        told = [pair for pair in answer.raw_headers if pair[0].lower() not in OF_THE_WIRE]
        return httpx.Response(answer.status, headers=told, content=body)

    async def aclose(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            with suppress(aiohttp.ClientError):
                await self._session.close()

    def _kept(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=httpx.create_ssl_context()),
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=OURS_ALONE,
                trust_env=True,
            )
        return self._session
