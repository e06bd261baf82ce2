"""What every answer of ours is held against: its form, and that it tells no more than it may."""

import httpx
import msgspec

from konsento.foundation.edge.doorway import HEADERS

PROBLEM = "application/problem+json"


def slug_of(answer: httpx.Response) -> str:
    """The problem's name; fails when a refusal is no problem in the sense of RFC 9457."""
    assert answer.is_error, answer.text
    assert answer.headers["content-type"] == PROBLEM
    problem = msgspec.json.decode(answer.content, type=dict[str, object])
    assert problem["status"] == answer.status_code
    assert isinstance(problem["title"], str)
    kind = str(problem["type"])
    assert kind.startswith("/problems/")
    assert "Traceback" not in answer.text
    return kind.removeprefix("/problems/")


def is_dressed(answer: httpx.Response) -> None:
    """The headers that every answer carries, and a cookie, if any, that only we can read."""
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "cache-control" in answer.headers
    for cookie in answer.headers.get_list("set-cookie"):
        name, _, flags = cookie.partition("=")
        assert name.startswith("__Host-")
        said = {part.strip().lower() for part in flags.split(";")[1:]}
        assert {"secure", "httponly", "path=/"} <= said, cookie
        assert said & {"samesite=lax", "samesite=strict"}, cookie
        assert not any(part.startswith("domain") for part in said)
