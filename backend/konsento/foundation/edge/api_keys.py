"""Servers that ask servers: each proves itself by a key in its header."""

import hashlib
from typing import Any

from litestar import Request


def hashed(api_key: str) -> str:
    """What is kept of an API key: keys carry 128 bits or more, so a plain hash is enough."""
    return hashlib.sha256(api_key.encode()).hexdigest()


def bearer(request: Request[Any, Any, Any]) -> str:
    """The key of `Authorization: Bearer`; nothing where none is sent."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def in_braces(path: str) -> str:
    """A contract's path in the router's spelling."""
    return path.replace("}", ":str}")
