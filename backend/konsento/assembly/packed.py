"""Files of the front end in memory, as they are and packed: a browser takes what it can read."""

import gzip
from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Request, Response

# What is packed already gains nothing, and a small answer fits one packet anyway.
TEXTS = ("text/", "application/manifest+json", "image/svg+xml")
WORTH_BYTES = 1_024
NEVER = frozenset({"q=0", "q=0.0", "q=0.00", "q=0.000"})


class Packed(msgspec.Struct, frozen=True):
    """One file; `gzipped` is None where packing gains nothing."""

    body: bytes
    gzipped: bytes | None
    media_type: str


def packed(body: bytes, media_type: str) -> Packed:
    """A file made ready to be sent."""
    worth = media_type.startswith(TEXTS) and len(body) >= WORTH_BYTES
    return Packed(body, gzip.compress(body, 9, mtime=0) if worth else None, media_type)


def takes_gzip(accept_encoding: str) -> bool:
    """Whether a browser that sent this Accept-Encoding reads gzip (RFC 9110, 12.5.3)."""
    for part in accept_encoding.lower().split(","):
        name, *qualities = (piece.strip() for piece in part.split(";"))
        if name == "gzip":
            return not any(quality.replace(" ", "") in NEVER for quality in qualities)
    return False


def answer(
    request: Request[Any, Any, Any],
    file: Packed,
    headers: Mapping[str, str] | None = None,
    *,
    status: int = 200,
) -> Response[bytes]:
    """The file as this browser reads it. `headers` may hold a `vary` of its own."""
    all_headers = dict(headers or {})
    body = file.body
    if file.gzipped is not None:
        vary = all_headers.get("vary")
        all_headers["vary"] = f"{vary}, Accept-Encoding" if vary else "Accept-Encoding"
        if takes_gzip(request.headers.get("accept-encoding", "")):
            all_headers["content-encoding"] = "gzip"
            body = file.gzipped
    return Response(body, status_code=status, media_type=file.media_type, headers=all_headers)
